"""All checks, one after the other, with how long each took."""

import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from . import dashboards, exposition, expressions, life, mutations, planted, rules, server
from .expressions import Expression
from .tools import Tools, prometheus, version

COMMANDS = Path("docs/operations/operate.md")
SOURCE = [Path("common"), Path("services")]


class Report:
    """What was found wrong so far."""

    def __init__(self) -> None:
        self.wrong = 0

    def step(self, what: str, found: Iterable[str]) -> None:
        """Says what one check found."""
        started = time.monotonic()
        messages = list(dict.fromkeys(found))
        self.wrong += len(messages)
        print(f"{'FAIL' if messages else 'ok  '} {what} ({time.monotonic() - started:.1f} s)", flush=True)
        for message in messages:
            print(f"     {message}", file=sys.stderr, flush=True)


def check(root: Path, programs: Path, texts: list[Path]) -> int:
    """The exit code: 1 if anything is wrong."""
    tools, report = prometheus(), Report()
    print(f"promtool {version(tools)}")
    found = rules.read(root)
    asked = [*expressions.of_rules(found), *expressions.of_dashboards(root)]
    named = expressions.names(asked)
    print(f"{len(found.alerts)} alerts, {len(found.records)} recorded series, {len(asked)} expressions, {len(named)} metrics named")

    report.step("configuration and rules (promtool)", rules.accepted(tools, root))
    report.step("tests of the rules (promtool)", rules.passing(tools, rules.files(root, "tests")))
    report.step("alerts say how bad, what and where to read on", rules.complete(found))
    report.step("every alert is seen to fire and to be silent", rules.tested(found))
    report.step("the tests notice thresholds and times that are a little wrong", mutations.unnoticed(tools, found))
    report.step("every alert is in the runbook, and nothing else", rules.in_runbook(found, COMMANDS))
    report.step("manifests for GKE have the same rules", rules.on_gke(root))
    report.step("every recorded series is used", rules.used(found, named))
    report.step("dashboards are what the scripts write", dashboards.generated(root))
    report.step("dashboards are in Grafana's form", dashboards.in_form(root))
    report.step("panels are explained, and read what is provisioned", chain(dashboards.explained(root), dashboards.provisioned(root)))
    with tempfile.TemporaryDirectory() as directory:
        report.step("expressions parse (promtool)", expressions.parsed(tools, asked, Path(directory)))
    report.step("metrics that are exposed only at times are in the source", exposition.reasoned(SOURCE, named))
    if texts:
        _named(report, found, asked, {str(file): file.read_text(encoding="utf-8") for file in texts}, tools)
    else:
        _running(report, found, asked, programs, tools)
    report.step(f"planted mistakes are caught ({planted.count(tools, COMMANDS)})", chain(planted.missed(tools, root, COMMANDS), planted.unreadable(tools)))
    if report.wrong:
        print(f"infra/checks/observability: {report.wrong} wrong", file=sys.stderr)
    return 1 if report.wrong else 0


def _named(report: Report, found: rules.Rules, asked: list[Expression], texts: dict[str, str], tools: Tools) -> set[str]:
    """Answers which metrics are named and not exposed in these texts."""
    exposed = exposition.exposed(list(texts.values()))
    known = expressions.known_of(exposed, found, exposition.otherwise())
    report.step(f"metrics and labels that are named are exposed ({len(exposed)} are)", expressions.unknown(asked, known))
    linted = (exposition.linted(tools, name, text) for name, text in texts.items())
    report.step("what is exposed is explained and well named (promtool)", chain.from_iterable(linted))
    return expressions.names(asked) - set(exposed) - found.records.keys()


def _running(report: Report, found: rules.Rules, asked: list[Expression], programs: Path, tools: Tools) -> None:
    if not (programs / "boxoffice").exists():
        report.step("a marketplace runs", [f"{programs / 'boxoffice'} is not there: cargo build --workspace --bins, or --metrics FILE"])
        return
    try:
        with life.marketplace(programs) as url, server.watching(tools, found.root, url) as prometheus_url:
            report.step("a marketplace runs, and orders live in it", _lived(url))
            always = expressions.names(asked) - found.records.keys() - expressions.BY_PROMETHEUS.keys() - exposition.otherwise().keys()
            text = life.settled(url, always)
            without = _named(report, found, asked, {f"{os.path.relpath(programs)}/boxoffice: /metrics": text}, tools)
            of_dashboards = [one for one in asked if not one.at.startswith(str(found.root / "prometheus"))]
            report.step("a real Prometheus gets something for every panel", server.evaluated(prometheus_url, of_dashboards, without))
    except life.Unexpected as unexpected:
        report.step("a marketplace runs", [str(unexpected)])


def _lived(url: str) -> Iterator[str]:
    try:
        life.live(url)
    except life.Unexpected as unexpected:
        yield str(unexpected)

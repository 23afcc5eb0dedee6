"""All checks, one after the other, with how long each took."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import breaks
from breaks import Texts
from command import Broken

from . import dashboards, exposition, expressions, life, mutations, rules, server
from .expressions import Expression, Known
from .tools import Tools, prometheus

COMMANDS = Path("docs/operations/operate.md")
SOURCE = [Path("common"), Path("services")]

# A text without a mistake, for rows of breaks.yaml.
METRICS = """\
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{method="GET",route="/",status="200"} 1
"""


class Report:
    """What was found wrong so far."""

    def __init__(self) -> None:
        self.wrong = 0

    def step(self, what: str, found: Iterable[str]) -> None:
        """Prints what one check found."""
        started = time.monotonic()
        messages: list[str] = []
        try:
            messages.extend(dict.fromkeys(found))
        except Broken as broken:
            messages.append(str(broken))
        self.wrong += len(messages)
        print(f"{'FAIL' if messages else 'ok  '} {what} ({time.monotonic() - started:.1f} s)", flush=True)
        for message in messages:
            print(f"     {message}", file=sys.stderr, flush=True)


def check(root: Path, programs: Path) -> int:
    """The exit code: 1 if anything is wrong."""
    tools, report = prometheus(), Report()
    found, asked = rules.read(root), expressions.of(root)
    named = expressions.names(asked)
    print(f"promtool {tools.version()}: {len(found.alerts)} alerts, {len(asked)} expressions, {len(named)} metrics named")

    report.step("configuration and rules (promtool)", rules.accepted(tools, root))
    report.step("tests of the rules (promtool)", rules.passing(tools, rules.files(root, "tests")))
    report.step("alerts say how bad, what and where to read on, and are seen to fire and to be silent", rules.complete(found))
    report.step("the tests notice thresholds and times that are a little wrong", mutations.unnoticed(tools, found))
    report.step("every alert is in the runbook, and nothing else", rules.in_runbook(found, COMMANDS))
    report.step("manifests for GKE have the same rules", rules.on_gke(root))
    report.step("every recorded series is used", rules.used(found, named))
    report.step("dashboards have Grafana's form and explanations, and their provisioning is complete", dashboards.wrong(root))
    report.step("expressions parse (promtool)", expressions.parsed(tools, asked))
    report.step("metrics that are exposed only at times are in the source", exposition.reasoned(SOURCE, named))
    known = _running(report, found, asked, programs, tools)
    report.step("mistakes made on purpose are caught", _missed(tools, root, known))
    if report.wrong:
        print(f"infra/checks/observability: {report.wrong} wrong", file=sys.stderr)
    return 1 if report.wrong else 0


def _running(report: Report, found: rules.Rules, asked: list[Expression], programs: Path, tools: Tools) -> Known:
    """Returns the metrics that a running marketplace exposes."""
    if not (programs / "boxoffice").exists():
        raise Broken(f"{programs / 'boxoffice'} is missing: cargo build --workspace --bins")
    with life.marketplace(programs) as url, server.watching(tools, found.root, url) as prometheus_url:
        report.step("a marketplace runs, and orders live in it", life.live(url))
        named = expressions.names(asked) - found.records.keys()
        text = life.settled(url, named - expressions.BY_PROMETHEUS.keys() - exposition.otherwise().keys())
        exposed = exposition.exposed(text)
        known = expressions.known_of(exposed, found, exposition.otherwise())
        report.step(f"metrics and labels that are named are exposed ({len(exposed)} are)", expressions.unknown(asked, known))
        report.step("exposed metrics have help texts and valid names (promtool)", exposition.linted(tools, "boxoffice: /metrics", text))
        of_dashboards = [one for one in asked if not one.at.startswith(str(found.root / "prometheus"))]
        report.step("a real Prometheus gets something for every panel", server.evaluated(prometheus_url, of_dashboards, named - exposed.keys()))
        return known


def _missed(tools: Tools, root: Path, known: Known) -> Iterator[str]:
    """Rows of breaks.yaml that no check reports."""
    texts = {row[1]: (root / row[1]).read_text(encoding="utf-8") for row in breaks.rows("observability")}
    yield from breaks.missed("observability", texts, lambda broken, name: _judged(tools, root, name, broken[name], known))
    yield from breaks.missed("metrics", {"metrics": METRICS}, lambda broken, name: exposition.linted(tools, name, broken[name]))
    yield from (f"text without any mistake: {one}" for one in exposition.linted(tools, "metrics", METRICS))


def _judged(tools: Tools, root: Path, name: str, text: str, known: Known) -> Iterator[str]:
    """What the checks of one file report if this is its text."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory, "observability")
        shutil.copytree(root, copy)
        (copy / name).write_text(text, encoding="utf-8")
        if name.endswith(".py"):
            # It reads the list of services beside it.
            shutil.copy(root.parent / "services.json", directory)
            yield from rules.on_gke(copy)
            return
        found, asked = rules.read(copy), expressions.of(copy)
        yield from expressions.parsed(tools, asked)
        yield from expressions.unknown(asked, known)
        if name.endswith(".json"):
            yield from dashboards.wrong(copy)
        else:
            yield from rules.accepted(tools, copy)
            yield from chain(rules.complete(found), rules.in_runbook(found, COMMANDS), rules.used(found, expressions.names(asked)))

"""Renders infra/k8s and checks what comes out: schemas, policies, settings, paths, and the rules of infra/k8s/README.md."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain
from typing import Any

import breaks
import program_settings
from breaks import Texts
from command import ROOT, Options, Steps
from environment import PARTS
from manifests_parts import expected, facts, mongodb_set_up, network, policy, readme_secrets, routes, schemas, secrets_kept, servers, settings, workloads
from manifests_parts.facts import Facts
from manifests_parts.rendering import NAMES, Rendering, parsed, render

# Each takes a rendering and the facts, and reports violations.
RULES = (*expected.RULES, *workloads.RULES, *servers.RULES, *secrets_kept.RULES, *network.RULES, *routes.RULES)
README = str(secrets_kept.README)

HELP = """
      --nats-monitor-url <URLS>
          Monitoring addresses of all NATS servers, separated by commas, such as
          http://localhost:8222; needed in production [env: NATS_MONITOR_URL] [default: none]
      --host <ADDRESS>  IP address to listen on [env:
          HOST] [default: 127.0.0.1]
"""

# Changes of the code without the manifests: a fact, its change, and the rule that reports the difference.
FALSE_FACTS: tuple[tuple[str, Callable[[Any], Any], str], ...] = (
    ("stop_seconds", lambda _: 40, "stop"),
    ("stream_seconds", lambda _: 900, "streams"),
    ("streams", lambda streams: 2 * streams, "streams"),
    ("envelope_bytes", lambda _: 1024**2, "nats"),
    ("small_streams_bytes", lambda _: 4 * 1024**3, "nats"),
    ("served", lambda served: served | {"/api/venues": "tickets"}, "paths"),
    ("served", lambda served: served | {"/api/orders/{id}/seats": "tickets"}, "paths"),
    ("served", lambda served: served | {"/api/venues": ""}, "paths"),
    ("settings", lambda all_: {name: one | {"NEW_SETTING": "1"} for name, one in all_.items()}, "every-setting"),
    ("settings", lambda all_: {name: {key: one[key] for key in one if key != "WORKERS"} for name, one in all_.items()}, "every-setting"),
    ("settings", lambda all_: {name: one | {"PORT": "3009"} for name, one in all_.items()}, "port"),
)

# A rendering is read once, however many mistakes are made in the others.
read = cache(parsed)


def steps(options: Options) -> Steps:
    texts = gather()
    with ThreadPoolExecutor() as beside:
        scanned = beside.submit(policy.scan, {name: texts[name] for name in NAMES})
        known = facts.gather(program_settings.read(options.programs))
        yield "rules of this repository", lambda: by_rules(texts, known)
        yield "programs accept what they read", lambda: chain.from_iterable(by_programs(texts, name) for name in texts)
        yield "documents fit the schemas of their kinds", lambda: schemas.check(renderings(texts))
        yield "checkov finds nothing but the exemptions", lambda: policy.judge(renderings(texts), scanned.result())
        yield "each rule reports a mistake made on purpose, and each has one in breaks.yaml", lambda: unseen(texts, known)


def gather() -> Texts:
    """The checked texts: the renderings, and two files beside them."""
    files = {name: (ROOT / name).read_text(encoding="utf-8") for name in (mongodb_set_up.COMPOSE, README)}
    return {name: render(name) for name in NAMES} | files


def renderings(texts: Texts) -> list[Rendering]:
    return [read(name, texts[name]) for name in NAMES]


def by_rules(texts: Texts, known: Facts, names: Iterable[str] = NAMES) -> Iterator[str]:
    """Violations in these renderings, and in the settings of all."""
    for rendering in (read(name, texts[name]) for name in names):
        for rule in RULES:
            yield from rule(rendering, known)
    yield from settings.check(renderings(texts), known.settings)


def by_programs(texts: Texts, name: str) -> Iterator[str]:
    """Reports of programs that read a text, or run it."""
    if name == README:
        yield from readme_secrets.check(read("overlays/gke", texts["overlays/gke"]), texts[name])
    elif name == mongodb_set_up.COMPOSE:
        yield from mongodb_set_up.check_compose(texts[name])
    else:
        yield from servers.read_by_nats(read(name, texts[name]))
        yield from mongodb_set_up.check(read(name, texts[name]))


def unseen(texts: Texts, known: Facts) -> Iterator[str]:
    """Mistakes that no rule reports, and rules without a mistake."""
    if program_settings.parse(HELP) != {"NATS_MONITOR_URL": "none", "HOST": "127.0.0.1"}:
        yield "self-test: --help is not read as it is written"

    def by_schemas(broken: Texts, name: str) -> Iterator[str]:
        """Only of what differs, since each look takes time."""
        before, after = read(name, texts[name]), read(name, broken[name])
        return schemas.check([Rendering(name, [one for one in after.documents if one not in before.documents])])

    yield from breaks.missed("manifests", texts, lambda broken, name: by_rules(broken, known, [name]))
    yield from breaks.missed("manifests by programs", texts, by_programs)
    yield from breaks.missed("manifests by schemas", texts, by_schemas)
    for fact, change, rule in FALSE_FACTS:
        changed = dataclasses.replace(known, **{fact: change(getattr(known, fact))})
        if not any(f": {rule}: " in one for one in by_rules(texts, changed)):
            yield f"self-test: {rule} does not see another {fact}"
    if len(list(policy.judge([], {}))) != len(policy.EXEMPTIONS):
        yield "self-test: an exemption from checkov that is not needed is not reported"
    reported = {row[4].split(":")[0] for check, rows in breaks.ROWS.items() if check.startswith("manifests") for row in rows}
    yield from (f"breaks.yaml: manifests: nothing breaks {rule}" for rule in sorted(rules_in_source() - reported - {"checkov"}))


def rules_in_source() -> set[str]:
    """The names under which rules of the rendered documents report."""
    modules = [file.read_text(encoding="utf-8") for file in (*PARTS.glob("*.py"), PARTS / "expected.yaml")]
    return {name for text in modules for name in re.findall(r"(?:\.problem\(\"|^- rule: )([a-z-]+)", text, re.MULTILINE)}

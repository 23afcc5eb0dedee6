"""Breaks the renderings, and requires that each rule reports it. A rule without a row in breaks.yaml is a failure too."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

import breaks
import facts
import policy
import program_settings
import schemas
import settings
import tools
import whole
from breaks import Texts
from listed import PORTS
from rendering import SERVICES, Rendering, services
from program_settings import Settings
from settings import LEFT_ALONE

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
    ("envelope_bytes", lambda _: 1024**2, "nats"),
    ("small_streams_bytes", lambda _: 4 * 1024**3, "nats"),
    ("served", lambda served: served | {"/api/shows": "tickets"}, "paths"),
    ("served", lambda served: served | {"/api/orders/{id}/seats": "tickets"}, "paths"),
    ("served", lambda served: served | {"/api/shows": ""}, "paths"),
    ("settings", lambda all_: {name: one | {"NEW_SETTING": "1"} for name, one in all_.items()}, "every-setting"),
    ("settings", lambda all_: {name: {key: one[key] for key in one if key != "WORKERS"} for name, one in all_.items()}, "every-setting"),
    ("settings", lambda all_: {name: one | {"PORT": "3009"} for name, one in all_.items()}, "port"),
)


def run() -> list[str]:
    texts = whole.gather()
    known = facts.gather(sample(whole.renderings(texts)))
    problems = [f"self-test: a valid manifest is reported: {one}" for one in whole.by_rules(texts, known)]
    problems += [f"self-test: a valid manifest is reported: {one}" for name in texts for one in whole.by_programs(texts, name)]
    if program_settings.parse(HELP) != {"NATS_MONITOR_URL": "none", "HOST": "127.0.0.1"}:
        problems.append("self-test: --help is not read as it is written")

    def by_schemas(broken: Texts, name: str) -> Iterator[str]:
        """Only of what differs, since each look takes time."""
        before, after = whole.read(name, texts[name]), whole.read(name, broken[name])
        return schemas.check([Rendering(name, [one for one in after.documents if one not in before.documents])])

    problems += breaks.missed("manifests", texts, lambda broken, name: whole.by_rules(broken, known, [name]))
    problems += breaks.missed("manifests by programs", texts, whole.by_programs)
    problems += breaks.missed("manifests by schemas", texts, by_schemas)
    for fact, change, rule in FALSE_FACTS:
        changed = dataclasses.replace(known, **{fact: change(getattr(known, fact))})
        if not any(f": {rule}: " in one for one in whole.by_rules(texts, changed)):
            problems.append(f"self-test: {rule} does not see another {fact}")
    if len(list(policy.judge([], {}))) != len(policy.EXEMPTIONS):
        problems.append("self-test: an exemption from checkov that is not needed is not reported")
    reported = {row[4].split(":")[0] for check in breaks.checks("manifests") for row in breaks.rows(check)}
    problems += [f"breaks.yaml: manifests: nothing breaks {rule}" for rule in sorted(rules_in_source() - reported - {"checkov"})]
    return problems


def rules_in_source() -> set[str]:
    """The names under which rules of the rendered documents report."""
    modules = [file.read_text(encoding="utf-8") for file in (*tools.PARTS.glob("*.py"), tools.PARTS / "expected.yaml")]
    return {name for text in modules for name in re.findall(r"(?:\.problem\(\"|^- rule: )([a-z-]+)", text, re.MULTILINE)}


def sample(renderings: list[Rendering]) -> dict[str, Settings]:
    """Settings as programs would have them that fit what is given here."""
    known: dict[str, Settings] = {}
    for service in SERVICES:
        known[service] = dict.fromkeys(LEFT_ALONE, "none")
        for deployment, rendering in ((one, rendering) for rendering in renderings for name, one in services(rendering) if name == service):
            values = settings.given(rendering, deployment)
            known[service] |= dict.fromkeys(values.keys() - settings.taken_in(values), "none")
        known[service] |= {"PORT": str(PORTS[service]), "NATS_LOG_BYTES_MAX": str(1024**3)}
    return known

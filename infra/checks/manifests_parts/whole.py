"""The whole check."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain
from pathlib import Path

import expected
import facts
import mongodb_set_up
import nats_configuration
import network
import policy
import program_settings
import readme_secrets
import routes
import schemas
import secrets_kept
import servers
import settings
import workloads
from breaks import Texts
from command import ROOT
from facts import Facts
from rendering import NAMES, Rendering, parsed, render

# Each takes a rendering and the facts, and reports violations.
RULES = (*expected.RULES, *workloads.RULES, *servers.RULES, *secrets_kept.RULES, *network.RULES, *routes.RULES)
README = str(secrets_kept.README)

# A rendering is read once, however many mistakes are made in the others.
read = cache(parsed)


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
        yield from nats_configuration.check(read(name, texts[name]))
        yield from mongodb_set_up.check(read(name, texts[name]))


def run(programs: Path) -> list[str]:
    texts = gather()
    with ThreadPoolExecutor() as beside:
        scanned = beside.submit(policy.scan, {name: texts[name] for name in NAMES})
        known = facts.gather(program_settings.read(programs))
        problems = [*by_rules(texts, known), *chain.from_iterable(by_programs(texts, name) for name in texts), *schemas.check(renderings(texts))]
        return problems + list(policy.judge(renderings(texts), scanned.result()))

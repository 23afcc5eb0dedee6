"""The whole check."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import facts
import mongodb_set_up
import nats_configuration
import network
import policy
import readme_secrets
import routes
import schemas
import secrets_kept
import servers
import settings
import tools
import workloads
from facts import Facts
from rendering import NAMES, Problem, Rendering, render

# Each takes a rendering and the facts, and says what is wrong.
RULES = (*workloads.RULES, *servers.RULES, *secrets_kept.RULES, *network.RULES, *routes.RULES)


def by_rules(renderings: Iterable[Rendering], known: Facts) -> Iterator[Problem]:
    renderings = list(renderings)
    for rendering in renderings:
        for rule in RULES:
            yield from rule(rendering, known)
    yield from settings.check(renderings, known.settings)


def run(programs: Path) -> list[Problem]:
    known = facts.gather(settings.read(programs))
    with ThreadPoolExecutor() as beside:
        # On a new machine its installation takes as long as all the rest.
        scanner = beside.submit(tools.checkov)
        renderings = [render(name) for name in NAMES]
        problems = list(by_rules(renderings, known))
        problems += schemas.check(renderings)
        for rendering in renderings:
            problems += nats_configuration.check(rendering)
        problems += mongodb_set_up.check(renderings[0])
        problems += mongodb_set_up.check_compose(mongodb_set_up.compose_script())
        problems += readme_secrets.check(renderings[-1])
        scanner.result()
        problems += policy.judge(renderings, policy.scan(renderings))
    return problems

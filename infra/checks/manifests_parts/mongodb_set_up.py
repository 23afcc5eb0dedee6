"""What sets MongoDB up, on Kubernetes and in compose, in front of a server made up for each state that a member can be in."""

import json
from collections.abc import Iterator

import tools
from command import Broken, run
from rendering import Rendering
from servers import configuration

COMPOSE = "infra/compose/mongodb-set-up.js"


def check(rendering: Rendering) -> Iterator[str]:
    workload = rendering.find("StatefulSet", "payments-mongodb")
    script = configuration(rendering, workload).get("set-up.js", "") if workload else ""
    yield from (rendering.problem("set-up", what, workload) for what in wrong("k8s", script))


def check_compose(script: str) -> Iterator[str]:
    yield from (f"{COMPOSE}: set-up: {what}" for what in wrong("compose", script))


def wrong(which: str, script: str) -> Iterator[str]:
    try:
        yield from json.loads(run(tools.node(), tools.PARTS / "mongodb_set_up.mjs", which, text=script, what="it fails"))
    except Broken as broken:
        yield str(broken)

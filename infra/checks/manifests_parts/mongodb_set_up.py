"""What sets MongoDB up, on Kubernetes and in compose, in front of a server made up for each state that a member can be in."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import tools
from rendering import ROOT, Problem, Rendering
from servers import configuration

RULE = "set-up"

COMPOSE = Path("infra/compose/mongodb-set-up.js")


def check(rendering: Rendering) -> Iterator[Problem]:
    workload = rendering.find("StatefulSet", "payments-mongodb")
    if not workload:
        return
    script = configuration(rendering, workload).get("set-up.js", "")
    for what in wrong("k8s", script):
        yield rendering.problem(RULE, what, workload)


def check_compose(script: str) -> Iterator[Problem]:
    for what in wrong("compose", script):
        yield Problem(str(COMPOSE), RULE, what)


def compose_script() -> str:
    return (ROOT / COMPOSE).read_text(encoding="utf-8")


def wrong(which: str, script: str) -> Iterator[str]:
    command = [tools.node(), tools.PARTS / "mongodb_set_up.mjs", which]
    try:
        yield from json.loads(tools.run(*command, given=script, capture=True))
    except subprocess.CalledProcessError as error:
        yield f"it fails: {error.stderr}"

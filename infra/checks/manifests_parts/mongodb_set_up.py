"""The scripts that set MongoDB up, on Kubernetes and in compose, against a simulated server in each state of a member."""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml
from differences import filled
from environment import PARTS, deno
from listed import SERVICES

from .rendering import Rendering
from .servers import configuration

COMPOSE = "infra/compose/mongodb-set-up.js"
CASES = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def user(databases: list[str]) -> dict[str, object]:
    return {"pwd": "dev-only", "roles": [{"role": "readWrite", "db": f"boxoffice_{name}"} for name in databases]}


EVERYBODY = {"operator": {"pwd": "dev-only", "roles": ["root"]}} | {one["name"]: user(one["databases"]) for one in SERVICES}


def check(rendering: Rendering) -> Iterator[str]:
    workload = rendering.find("StatefulSet", "payments-mongodb")
    script = configuration(rendering, workload).get("set-up.js", "") if workload else ""
    yield from (rendering.problem("set-up", what, workload) for what in wrong("k8s", script))


def check_compose(script: str) -> Iterator[str]:
    yield from (f"{COMPOSE}: set-up: {what}" for what in wrong("compose", script))


def wrong(which: str, script: str) -> Iterator[str]:
    cases = filled(CASES[which], {"$everybody": EVERYBODY})
    given = json.dumps({"script": script, "states": [state for _, state, _ in cases]})
    ran = deno("run", PARTS / "mongodb_set_up.mjs", text=given)
    if ran.returncode:
        yield f"it fails: {ran.stderr}"
        return
    for (name, _, wanted), came in zip(cases, json.loads(ran.stdout), strict=True):
        if came != wanted:
            yield f"{name}: came to {came}"

"""set-up.js, as it is rendered, in front of a server made up for each state that a member can be in."""

import json
import subprocess
from collections.abc import Iterator

import tools
from rendering import Problem, Rendering
from servers import configuration

RULE = "set-up"


def check(rendering: Rendering) -> Iterator[Problem]:
    workload = rendering.find("StatefulSet", "payments-mongodb")
    if not workload:
        return
    script = configuration(rendering, workload).get("set-up.js", "")
    try:
        command = [tools.node(), tools.PARTS / "mongodb_set_up.mjs"]
        said = tools.run(*command, given=script, capture=True)
    except subprocess.CalledProcessError as error:
        yield rendering.problem(RULE, f"set-up.js fails: {error.stderr}", workload)
        return
    for what in json.loads(said):
        yield rendering.problem(RULE, what, workload)

"""Whether infra/compose fits together: its schema, the settings that programs know, and the real proxy and broker with its configuration.

In a network of its own (Linux namespaces, so it needs root), nginx runs with infra/compose/nginx.conf, and each path of the OpenAPI document must come
out at its service, health and metrics nowhere; nats-server runs with infra/compose/nats.conf and must say that it writes before it acknowledges. The five
services are started with the environment that compose.yaml gives them, and the tour of README.md is taken through the proxy; for MongoDB stands the
server that the tests use. Containers themselves are not started here; the workflow pull-request.yml does."""

import subprocess
import sys

import breaks
import program_settings
from command import ROOT, Broken, Options, Steps, must_be_root, run
from environment import install_packages
from images_checks import compose_rules
from servers import program

SERVERS = {"nginx": "nginx-light", "ip": "iproute2", "unshare": "util-linux"}
STAGE = ("unshare", "--net", "--mount", "--propagation=private", "--pid", "--fork", "--kill-child", sys.executable, "-B", "-m", "images_checks.compose_stage")


def steps(options: Options) -> Steps:
    must_be_root("make a network of its own")
    known = program_settings.read(options.programs)

    def schema() -> None:
        run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", compose_rules.FILE, what="the compose specification")

    def stage() -> None:
        # Outside of the stage, which reaches no package index.
        install_packages(SERVERS)
        command = [*STAGE, str(options.programs), str(program("secantusd", "secantusdb.scripts/secantusd-rs"))]
        if subprocess.run(command, cwd=ROOT / "infra/checks", check=False).returncode:
            raise Broken("problems are listed above")

    yield "the compose specification", schema
    yield "rules of compose.yaml", lambda: breaks.problems("compose", compose_rules.gather(), lambda texts: compose_rules.broken(texts, known))
    yield "the real proxy, the broker and the services", stage

"""Mistakes in workflows, made on purpose: each must be seen by a rule."""

from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML

PR, DEPLOY, NIGHTLY = "pull-request.yml", "deploy.yml", "nightly.yml"
BREAKS: list[tuple[str, str, str, str]] = [
    ("an action by its tag", PR, "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "actions/checkout@v7"),
    ("a digest without its version", PR, "273ba90b1 # v7.0.1", "273ba90b1"),
    ("two versions of one action", NIGHTLY, "273ba90b1 # v7.0.1", "273ba90b2 # v7.0.2"),
    ("rights for all jobs", DEPLOY, "permissions: {}", "permissions: { contents: write }"),
    ("a right too many", DEPLOY, "contents: read # to check out\n      id-token", "contents: write # to check out\n      id-token"),
    ("a machine that changes", PR, "runs-on: ubuntu-24.04", "runs-on: ubuntu-latest"),
    ("no timeout", NIGHTLY, "    timeout-minutes: 120\n", ""),
    ("a key", DEPLOY, "service_account: ${{ vars.DEPLOY_SERVICE_ACCOUNT }}", "credentials_json: ${{ secrets.GCP }}"),
    ("a token left in the checkout", NIGHTLY, "persist-credentials: false", "persist-credentials: true"),
    ("another compiler", NIGHTLY, "RUST: 1.95.0", "RUST: 1.94.0"),
    ("a script that is not there", DEPLOY, ".github/workflows/smoke.py", ".github/workflows/smoke.sh"),
    ("a package that there is not", NIGHTLY, "--package marketplace", "--package market"),
    ("a test that there is not", NIGHTLY, "--test simulation --", "--test simulations --"),
    ("a filter that no test has", NIGHTLY, "kills_of_services", "kills_of_nothing"),
    ("a job that nobody waits for", PR, "service, servers, fresh, images]", "service, servers, images]"),
    ("a deployment without checks", DEPLOY, "    needs: checks\n", ""),
    ("a deployment that is stopped half-way", DEPLOY, "cancel-in-progress: false", "cancel-in-progress: true"),
]


def made(workflows: dict[str, Any]) -> Callable[[tuple[str, str, str, str]], dict[str, Any]]:
    """The workflows with one of the mistakes in them."""

    def make(mistake: tuple[str, str, str, str]) -> dict[str, Any]:
        what, name, old, new = mistake
        text = workflows[name]["text"]
        assert old in text, f"{what}: {old!r} is not in {name} any more"
        text = text.replace(old, new)
        return workflows | {name: {"text": text, "says": YAML(typ="safe").load(text)}}

    return make

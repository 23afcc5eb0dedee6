"""Rules of .github that neither actionlint nor zizmor knows: that workflows fit this repository."""

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML

from images_checks.said import ROOT

FOLDER = ".github/workflows"
FILES = ("pull-request.yml", "deploy.yml", "nightly.yml")
# Not `latest`: a machine's Linux may be one that MongoDB 8 does not start on (6.19 to 7.0.13).
MACHINE = "ubuntu-24.04"
PINNED = re.compile(r"uses: [\w.\-]+/[\w.\-/]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
PROGRAM = re.compile(r"(?<![\w/.])((?:\.github|\.ci|infra|bench)/[\w./\-]+)")

Workflows = dict[str, Any]


def load() -> Workflows:
    """Each workflow: its text, and what it says."""
    texts = {name: (ROOT / FOLDER / name).read_text() for name in FILES}
    return {name: {"text": text, "says": YAML(typ="safe").load(text)} for name, text in texts.items()}


def broken(workflows: Workflows) -> list[str]:
    """A line for each rule that does not hold."""
    rules = (_pinned, _jobs, _secrets, _rust, _files, _packages, _everything_required, _deploys)
    return [f"{FOLDER}/{line}" for rule in rules for line in rule(workflows)]


def _each(workflows: Workflows) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, workflow in workflows.items():
        for job, says in workflow["says"]["jobs"].items():
            yield name, job, says


def steps(workflows: Workflows) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, job, says in _each(workflows):
        for step in says.get("steps", []):
            yield name, job, step


def _pinned(workflows: Workflows) -> Iterator[str]:
    versions: dict[str, set[str]] = {}
    for name, workflow in workflows.items():
        for line in re.findall(r"\buses: (?!\$/).*$", workflow["text"], re.MULTILINE):
            if not PINNED.fullmatch(line):
                yield f"{name}: `{line}` must be a commit's whole digest and its version: @… # v1.2.3"
            versions.setdefault(line.split("@")[0], set()).add(line)
    for lines in versions.values():
        if len(lines) > 1:
            yield f"{FILES[0]}: one action, several versions: {sorted(lines)}"


def _jobs(workflows: Workflows) -> Iterator[str]:
    for name, workflow in workflows.items():
        if workflow["says"].get("permissions") != {}:
            yield f"{name}: must have `permissions: {{}}`, so that each job asks for what it needs"
        if "concurrency" not in workflow["says"]:
            yield f"{name}: must have a concurrency group"
    for name, job, says in _each(workflows):
        if "uses" in says:
            continue
        if says.get("runs-on") != MACHINE:
            yield f"{name}: {job} must run on {MACHINE}, not {says.get('runs-on')}"
        if not 1 <= int(says.get("timeout-minutes", 0)) <= 180:
            yield f"{name}: {job} must have a timeout, three hours at the most"


def _secrets(workflows: Workflows) -> Iterator[str]:
    for name, workflow in workflows.items():
        for word in re.findall(r"secrets\.\w+|credentials_json|_KEY\b", workflow["text"]):
            yield f"{name}: needs no secret, but names {word}"
    for name, job, step in steps(workflows):
        if "actions/checkout@" in step.get("uses", "") and step.get("with", {}).get("persist-credentials") is not False:
            yield f"{name}: {job} must check out with `persist-credentials: false`"


def _rust(workflows: Workflows) -> Iterator[str]:
    wanted = re.search(r"rust:([\d.]+)-", (ROOT / "infra/docker/Dockerfile").read_text())
    for name, workflow in workflows.items():
        found = workflow["says"].get("env", {}).get("RUST")
        if "rustup" in workflow["text"] and (not wanted or found != wanted[1]):
            yield f"{name}: RUST must be {wanted and wanted[1]} as in infra/docker/Dockerfile, not {found}"


def _files(workflows: Workflows) -> Iterator[str]:
    for name, job, step in steps(workflows):
        for path in PROGRAM.findall(step.get("run", "")):
            if "*" not in path and not (ROOT / path).exists() and path.rstrip("/") != "infra/checks":
                yield f"{name}: {job} runs {path}, which is not there"


def _packages(workflows: Workflows) -> Iterator[str]:
    """Names that cargo would refuse, or, which is worse, run no test for."""
    folders = {name: path.parent for path in ROOT.glob("*/*/Cargo.toml") for name in re.findall(r'^name = "([\w\-]+)"', path.read_text(), re.MULTILINE)}
    for name, job, step in steps(workflows):
        for command in re.findall(r"cargo test .*", step.get("run", "")):
            package = re.search(r"--package ([\w\-]+)", command)
            if package and package[1] not in folders:
                yield f"{name}: {job} tests the package {package[1]}, which there is not"
                continue
            tests = folders[package[1] if package else "marketplace"] / "tests"
            for target, filter_ in re.findall(r"--test (\w+)(?: (\w+))?", command):
                # The test program `all` consists of all files of the folder.
                sources = [*tests.rglob("*.rs")] if target == "all" else [*tests.glob(f"{target}.rs"), *tests.glob(f"{target}/**/*.rs")]
                if not sources:
                    yield f"{name}: {job} runs the test {target}, which there is not"
                elif not any(re.search(rf"\bfn {filter_}", path.read_text()) for path in sources):
                    yield f"{name}: {job} runs no test that begins with {filter_}"


def _everything_required(workflows: Workflows) -> Iterator[str]:
    jobs = workflows["pull-request.yml"]["says"]["jobs"]
    missing = sorted(set(jobs) - {"done"} - set(jobs["done"]["needs"]))
    if missing:
        yield f"pull-request.yml: done must need {', '.join(missing)}"


def _deploys(workflows: Workflows) -> Iterator[str]:
    job = workflows["deploy.yml"]["says"]["jobs"]["deploy"]
    if job.get("environment", {}).get("name") != "production" or job.get("needs") != "checks":
        yield "deploy.yml: deploy must be for the environment production, after all checks"
    if workflows["deploy.yml"]["says"]["concurrency"].get("cancel-in-progress") is not False:
        yield "deploy.yml: a deployment must not be stopped half-way"
    if job.get("permissions") != {"contents": "read", "id-token": "write"}:
        yield "deploy.yml: deploy must have the rights to read the repository and to say who it is, and no others"

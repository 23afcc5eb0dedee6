"""Rules of .github that neither actionlint nor zizmor has: the tables of workflows.yaml, and that workflows fit this repository."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from breaks import Texts
from command import ROOT
from jsonschema import Draft202012Validator

FOLDER = ".github/workflows"
FILES = ("pull-request.yml", "deploy.yml", "nightly.yml")
TABLES = yaml.safe_load(Path(__file__).with_name("workflows.yaml").read_text(encoding="utf-8"))
PROGRAM = re.compile(r"(?<![\w/.])((?:\.github|\.ci|infra|bench)/[\w./\-]+)")

Workflows = dict[str, dict[str, Any]]


def gather() -> Texts:
    return {path.name: path.read_text(encoding="utf-8") for path in (ROOT / FOLDER).glob("*.yml")}


def broken(texts: Texts) -> list[str]:
    """A line for each rule that does not hold."""
    workflows = {name: yaml.safe_load(text) for name, text in texts.items()}
    if texts.keys() != {*FILES}:
        return [f"{FOLDER}: must hold {FILES}, which infra/checks/workflows_checks/rules.py knows"]
    found = [*_tables(texts, workflows), *_versions(texts), *_rust(texts, workflows), *_files(workflows), *_packages(workflows), *_required(workflows)]
    return [f"{FOLDER}/{line}" for line in found]


def steps(workflows: Workflows) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, workflow in workflows.items():
        for job, says in workflow["jobs"].items():
            yield from ((name, job, step) for step in says.get("steps", []))


def _tables(texts: Texts, workflows: Workflows) -> Iterator[str]:
    for name, workflow in workflows.items():
        for schema in (TABLES["schemas"]["*"], TABLES["schemas"].get(name, {})):
            yield from (f"{name}: {error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(workflow))
        for pattern, why in TABLES["forbidden"]:
            yield from (f"{name}: {why}, not `{line.strip()}`" for line in texts[name].splitlines() if re.search(pattern, line))


def _versions(texts: Texts) -> Iterator[str]:
    lines = {line for text in texts.values() for line in re.findall(r"\buses: (.*@.*)$", text, re.MULTILINE)}
    if len({line.split("@")[0] for line in lines}) < len(lines):
        yield f"{FILES[0]}: one action, several versions, among {sorted(lines)}"


def _rust(texts: Texts, workflows: Workflows) -> Iterator[str]:
    wanted = re.findall(r"rust:([\d.]+)-", (ROOT / "infra/docker/Dockerfile").read_text())
    for name, workflow in workflows.items():
        found = workflow.get("env", {}).get("RUST")
        if "rustup" in texts[name] and [found] != wanted:
            yield f"{name}: RUST must be {wanted} as in infra/docker/Dockerfile, not {found}"


def _files(workflows: Workflows) -> Iterator[str]:
    for name, job, step in steps(workflows):
        for path in PROGRAM.findall(step.get("run", "")):
            if not (ROOT / path).exists():
                yield f"{name}: {job} runs {path}, which does not exist"


def _packages(workflows: Workflows) -> Iterator[str]:
    """Names that cargo would refuse, or, which is worse, run no test for."""
    folders = {name: path.parent for path in ROOT.glob("*/*/Cargo.toml") for name in re.findall(r'^name = "([\w\-]+)"', path.read_text(), re.MULTILINE)}
    for name, job, step in steps(workflows):
        for command in re.findall(r"cargo test .*", step.get("run", "")):
            package = re.search(r"--package ([\w\-]+)", command)
            if package and package[1] not in folders:
                yield f"{name}: {job} tests the package {package[1]}, which does not exist"
                continue
            tests = folders[package[1] if package else "marketplace"] / "tests"
            for target, filter_ in re.findall(r"--test (\w+)(?: (\w+))?", command):
                # The test program `all` consists of all files of the folder.
                sources = [*tests.rglob("*.rs")] if target == "all" else [*tests.glob(f"{target}.rs"), *tests.glob(f"{target}/**/*.rs")]
                if not sources:
                    yield f"{name}: {job} runs the test {target}, which does not exist"
                elif not any(re.search(rf"\bfn {filter_}", path.read_text()) for path in sources):
                    yield f"{name}: {job} runs no test that begins with {filter_}"


def _required(workflows: Workflows) -> Iterator[str]:
    jobs = workflows["pull-request.yml"]["jobs"]
    missing = sorted(set(jobs) - {"done"} - set(jobs["done"]["needs"]))
    if missing:
        yield f"pull-request.yml: done must need {', '.join(missing)}"

"""Whether .github is well made, safe, and fits this repository.

actionlint (with shellcheck for what steps run) and zizmor, at their strictest, without an exception; GitHub's schemas; rules of this repository, each shown to
see a mistake made on purpose; and the scripts beside the workflows. GitHub itself is not there to run them."""

import doctest
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import breaks
from command import ROOT, Options, Steps, run
from workflows_checks import roll_back, rules


def steps(_: Options) -> Steps:
    os.environ["GITHUB_ACTIONS"] = ""  # so that tools write for people
    yield "actionlint, shellcheck, zizmor (auditor) and GitHub's schemas find nothing, and no rule is left out", linted
    yield "rules of this repository", lambda: breaks.problems("workflows", rules.gather(), rules.broken)
    yield "the roll-back takes each changed service to the revision before, and no other", roll_back.problems
    yield "the scripts do what they say", scripts


def linted() -> None:
    run("actionlint", "-pyflakes=", what="actionlint")
    run("zizmor", "--offline", "--no-progress", "--quiet", "--persona", "auditor", "--strict-collection", ".github", what="zizmor")
    workflows = sorted((ROOT / ".github/workflows").glob("*.yml"))
    run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows, what="GitHub's schema of workflows")
    run("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml", what="the schema of dependabot.yml")


def scripts() -> Iterator[str]:
    sys.path.insert(0, str(ROOT / ".github/workflows"))
    import changed_services

    path = Path(changed_services.__file__)
    if (failed := doctest.testmod(changed_services).failed) > 0:
        yield f"{path.name}: {failed} examples fail"
    there = {path.name for path in (ROOT / "services").iterdir() if path.is_dir()} - {"marketplace"}
    if there != set(changed_services.SERVICES):
        yield f"{path.name}: SERVICES must be {sorted(there)}"
    for base in ("0" * 40, ""):
        told = run(path, base, what=path.name)
        if told.count('"') != 2 * len(there):
            yield f"{path.name}: the commit {base!r} must count as everything changed, not {told}"

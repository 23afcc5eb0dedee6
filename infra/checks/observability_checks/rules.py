"""Rules: accepted by promtool, each alert complete, tested and in the runbook, and the other way round."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from .tools import Tools

SEVERITIES = {"critical", "warning"}
RUNBOOK = "infra/observability/runbook.md"
# What a section of the runbook says, in this order.
ANSWERS = ("What it means", "Look", "Do", "Over when")


@dataclass
class Rules:
    """All rules of the tree below `root`: each with the file it is in."""

    root: Path
    alerts: dict[str, tuple[Path, dict[str, Any]]] = field(default_factory=dict)
    records: dict[str, tuple[Path, dict[str, Any]]] = field(default_factory=dict)
    # Names of alerts by test file, with whether each test expects any.
    tested: dict[str, list[bool]] = field(default_factory=dict)


def files(root: Path, what: str) -> list[Path]:
    """Files of rules or of tests, in order."""
    return sorted((root / "prometheus" / what).glob("*.yml"))


def read(root: Path) -> Rules:
    """Reads rules and tests."""
    found = Rules(root)
    for file in files(root, "rules"):
        for rule in (rule for group in load(file)["groups"] for rule in group["rules"]):
            if "alert" in rule:
                found.alerts[rule["alert"]] = (file, rule)
            else:
                found.records[rule["record"]] = (file, rule)
    for file in files(root, "tests"):
        for test in (test for group in load(file)["tests"] for test in group.get("alert_rule_test", [])):
            found.tested.setdefault(test["alertname"], []).append(bool(test.get("exp_alerts")))
    return found


def load(file: Path) -> Any:
    """A YAML file."""
    return yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)


def accepted(tools: Tools, root: Path) -> Iterator[str]:
    """What promtool has against configuration and rules."""
    config, directory = root / "prometheus/prometheus.yml", root / "prometheus/rules"
    for what, where, read in (("config", config, [config]), ("rules", directory, files(root, "rules"))):
        said = tools.run("check", what, *read)
        if said.returncode != 0:
            yield f"{where}: promtool check {what}:\n{said.stdout}{said.stderr}".rstrip()


def passing(tools: Tools, tests: list[Path]) -> Iterator[str]:
    """Tests of rules that fail."""
    for test in tests:
        # Paths of rules in a test are relative to it.
        said = tools.run("test", "rules", test.name, directory=test.parent)
        if said.returncode != 0:
            yield f"{test}: promtool test rules:\n{said.stdout}{said.stderr}".rstrip()


def complete(rules: Rules) -> Iterator[str]:
    """What an alert lacks; every one has to be seen both to fire and to be silent. Tests of alerts that do not exist."""
    for name, (file, rule) in rules.alerts.items():
        at = f"{file}: {name}"
        if rule.get("labels", {}).get("severity") not in SEVERITIES:
            yield f"{at}: severity must be one of {', '.join(sorted(SEVERITIES))}"
        notes = rule.get("annotations", {})
        yield from (f"{at}: annotation {note} is missing" for note in ("summary", "description") if not notes.get(note))
        if "{{" not in notes.get("summary", ""):
            yield f"{at}: the summary says no value and no label"
        if notes.get("runbook") != f"{RUNBOOK}#{name.lower()}":
            yield f"{at}: annotation runbook must be {RUNBOOK}#{name.lower()}"
        for seen, what in ((True, "fire"), (False, "silent")):
            if seen not in rules.tested.get(name, []):
                yield f"{at}: no test in prometheus/tests sees it {what}"
    yield from (f"{rules.root / 'prometheus/tests'}: {name}: is tested, and is no alert" for name in rules.tested if name not in rules.alerts)


def in_runbook(rules: Rules, commands_page: Path) -> Iterator[str]:
    """Alerts and sections of the runbook without each other, and sections that leave out what somebody woken up needs."""
    page = rules.root / "runbook.md"
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
    for name, (file, _) in rules.alerts.items():
        if name not in sections:
            yield f"{file}: {name}: has no section in {page}"
    for name, said in sections.items():
        if name not in rules.alerts:
            yield f"{page}: {name}: has a section, and is no alert"
        if re.findall(r"^\*(.+?)\.\* ", said, re.MULTILINE) != list(ANSWERS):
            yield f"{page}: {name}: must have the paragraphs {', '.join(f'*{answer}.*' for answer in ANSWERS)}, in this order"
    commands = set(re.findall(r"`boxoffice ([a-z-]+)", commands_page.read_text(encoding="utf-8")))
    for command in sorted(set(re.findall(r"`boxoffice ([a-z-]+)", page.read_text(encoding="utf-8"))) - commands):
        yield f"{page}: `boxoffice {command}` is a command that {commands_page.name} does not know"


def used(rules: Rules, names: set[str]) -> Iterator[str]:
    """Recorded series that neither an alert nor a dashboard names."""
    yield from (f"{file}: {name}: is recorded and never used" for name, (file, _) in rules.records.items() if name not in names)


def on_gke(root: Path) -> Iterator[str]:
    """Where the manifests for GKE say anything else than the files that they are made of."""
    script = root / "gke.py"
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        yield f"{script}: fails:\n{ran.stderr}"
        return
    manifests = list(yaml.safe_load_all(ran.stdout))
    scraped = [manifest["metadata"]["name"] for manifest in manifests if manifest["kind"] == "PodMonitoring"]
    jobs = [job["job_name"] for job in load(root / "prometheus/prometheus.yml")["scrape_configs"]]
    if scraped != jobs:
        yield f"{script}: scrapes {scraped}, not {jobs} as prometheus.yml does"
    groups = [group for manifest in manifests if manifest["kind"] == "Rules" for group in manifest["spec"]["groups"]]
    yield from (f"{script}: {group['name']}: has no interval" for group in groups if "interval" not in group)
    given = [group for file in files(root, "rules") for group in load(file)["groups"]]
    if [group["rules"] for group in groups] != [group["rules"] for group in given]:
        yield f"{script}: its rules are not those of {root / 'prometheus/rules'}"

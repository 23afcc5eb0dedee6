"""That the tests of alerts can fail: each threshold is moved a little and each waiting time taken away or doubled, and a test must notice."""

import os
import re
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from .rules import Rules, files, load
from .tools import Tools

# What an alert is compared with.
COMPARED = re.compile(r"(?<![=!~<>])(>=|<=|==|>|<)(\s+)([0-9]+(?:\.[0-9]+)?)")
# How far thresholds are moved: a test within a quarter of each is near enough.
FACTORS = (1.25, 0.8)


@dataclass(frozen=True)
class Mutation:
    """An alert that is a little wrong."""

    file: Path
    name: str
    what: str
    rule: dict[str, Any]


def unnoticed(tools: Tools, rules: Rules) -> Iterator[str]:
    """Mutations that no test notices."""
    made = [mutation for name, (file, rule) in rules.alerts.items() for mutation in _of(file, name, rule)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        noticed = pool.map(lambda mutation: _noticed(tools, rules, mutation), made)
        for mutation, seen in zip(made, noticed, strict=True):
            if not seen:
                yield f"{mutation.file}: {mutation.name}: no test notices {mutation.what}"


def _of(file: Path, name: str, rule: dict[str, Any]) -> Iterator[Mutation]:
    expr = rule["expr"]
    for match in COMPARED.finditer(expr):
        for moved in _moved(float(match[3])):
            text = f"{expr[: match.start(3)]}{moved:g}{expr[match.end(3) :]}"
            yield Mutation(file, name, f"`{match[0]}` that became {moved:g}, at character {match.start()}", rule | {"expr": text})
    if "for" in rule:
        yield Mutation(file, name, f"that it no longer waits {rule['for']}", {key: value for key, value in rule.items() if key != "for"})
        yield Mutation(file, name, f"that it waits {rule['for']} twice", rule | {"for": _doubled(rule["for"])})


def _moved(threshold: float) -> list[float]:
    if threshold == 0:
        return [1]
    if threshold.is_integer() and threshold < 1 / (FACTORS[0] - 1):
        # Of a small count a quarter is nothing.
        return [threshold + 1, threshold - 1]
    return [threshold * factor for factor in FACTORS]


def _doubled(time: str) -> str:
    return re.sub(r"\d+", lambda match: str(2 * int(match[0])), time)


def _noticed(tools: Tools, rules: Rules, mutation: Mutation) -> bool:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for part in ("rules", "tests"):
            (root / part).mkdir()
        _write(root / "rules" / mutation.file.name, _with_only(mutation))
        for test in files(rules.root, "tests"):
            about = _about(load(test), mutation.name)
            if about["tests"]:
                _write(root / "tests" / test.name, about)
                if tools.run("test", "rules", test.name, directory=root / "tests").returncode != 0:
                    return True
    return False


def _with_only(mutation: Mutation) -> Any:
    """The file's recorded series, and the mutated alert."""
    text = load(mutation.file)
    for group in text["groups"]:
        group["rules"] = [mutation.rule if rule.get("alert") == mutation.name else rule for rule in group["rules"]
                          if "record" in rule or rule["alert"] == mutation.name]
    return text


def _about(tests: Any, name: str) -> Any:
    """The tests of one alert."""
    for group in tests["tests"]:
        group["alert_rule_test"] = [test for test in group.get("alert_rule_test", []) if test["alertname"] == name]
    tests["tests"] = [group for group in tests["tests"] if group["alert_rule_test"]]
    return tests


def _write(file: Path, text: Any) -> None:
    file.write_text(yaml.dump(text, Dumper=yaml.CSafeDumper), encoding="utf-8")

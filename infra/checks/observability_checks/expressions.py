"""Expressions of rules and dashboards: that they parse, and that they name metrics and labels that a running system exposes."""

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml  # type: ignore[import-untyped]

from .rules import Rules, load, read
from .tools import Tools

# Added by Prometheus itself to every sample, and to the results of scrapes and rules.
EVERYWHERE = {"job", "instance"}
BY_PROMETHEUS = {"up": set[str](), "ALERTS": {"alertname", "alertstate", "severity"}}
# What Grafana puts in place of its variables.
VARIABLES = {"$__rate_interval": "1m", "$__interval": "1m", "$__range": "1h", "$$__tags": 'job="orders"', "$service": ".*", "$trace_id": ""}


@dataclass(frozen=True)
class Expression:
    """An expression and where it stands; `legend` are labels that are shown of its results."""

    at: str
    text: str
    legend: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Known:
    """Names of metrics that there are, each with its labels; None if those are not known."""

    metrics: dict[str, set[str] | None]

    def __contains__(self, name: str) -> bool:
        return name in self.metrics or name in BY_PROMETHEUS


def filled(text: str) -> str:
    """With variables filled in."""
    for variable, value in VARIABLES.items():
        text = text.replace(variable, value)
    return text


def of(root: Path) -> list[Expression]:
    """Every expression of rules and dashboards."""
    return [*of_rules(read(root)), *of_dashboards(root)]


def of_rules(rules: Rules) -> list[Expression]:
    """Every expression of the rules."""
    both = {**rules.records, **rules.alerts}
    return [Expression(f"{file}: {name}", rule["expr"]) for name, (file, rule) in both.items()]


def of_dashboards(root: Path) -> list[Expression]:
    """Every Prometheus expression of dashboards and data sources."""
    found = []
    for file in sorted((root / "grafana/dashboards").glob("*.json")):
        dashboard = json.loads(file.read_text(encoding="utf-8"))
        for panel in dashboard["panels"]:
            for target in (target for target in panel.get("targets", []) if "expr" in target):
                legend = frozenset(re.findall(r"{{(\w+)}}", target.get("legendFormat", "")))
                found.append(Expression(f"{file}: panel “{panel['title']}”", filled(target["expr"]), legend))
        found += [Expression(f"{file}: annotation {note['name']}", filled(note["expr"])) for note in dashboard["annotations"]["list"]]
        for variable in dashboard["templating"]["list"]:
            asked = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"])
            if asked:
                found.append(Expression(f"{file}: variable {variable['name']}", f"group by ({asked[2]}) ({asked[1]})"))
    for file in sorted((root / "grafana/provisioning/datasources").glob("*.yml")):
        for source in load(file)["datasources"]:
            queries = source.get("jsonData", {}).get("tracesToMetrics", {}).get("queries", [])
            found += [Expression(f"{file}: query “{query['name']}”", filled(query["query"])) for query in queries]
    return found


def parsed(tools: Tools, expressions: list[Expression]) -> Iterator[str]:
    """Expressions that promtool cannot parse, as rules of a file made of them."""
    rules = [{"record": "expression", "labels": {"number": str(number)}, "expr": one.text} for number, one in enumerate(expressions)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        yaml.dump({"groups": [{"name": "all", "rules": rules}]}, file, yaml.CSafeDumper)
        file.flush()
        said = tools.run("check", "rules", file.name)
    if said.returncode == 0:
        return
    wrong = sorted({int(number) for number in re.findall(r"rule (\d+), ", said.stdout + said.stderr)})
    if not wrong:
        yield f"promtool check rules:\n{said.stdout}{said.stderr}"
    for number in wrong:
        # promtool counts from one.
        yield f"{expressions[number - 1].at}: is no PromQL: {expressions[number - 1].text}"


def known_of(exposed: dict[str, set[str]], rules: Rules, otherwise: dict[str, set[str]]) -> Known:
    """What is exposed, what is recorded (by the labels that its name begins with), and what is exposed at other times."""
    recorded: dict[str, set[str] | None] = {}
    for name in rules.records:
        level = name.split(":")[0]
        recorded[name] = None if level == "instance" else {level}
    return Known({**recorded, **otherwise, **exposed})


def unknown(expressions: list[Expression], known: Known) -> Iterator[str]:
    """Names of metrics and of labels that there are not."""
    for one, tree in _trees(expressions):
        yield from (f"{one.at}: {message}" for message in dict.fromkeys([*_names(tree, known), *_labels(tree, known)]))


def names(expressions: list[Expression]) -> set[str]:
    """Every metric that is named."""
    return {selector.name for _, tree in _trees(expressions) for selector in _selectors(tree) if selector.name}


def may_be_empty(text: str) -> bool:
    """Whether it may rightly get nothing where all is well: it compares, or asks for alerts or for failures."""
    bare = re.sub(r'"[^"]*"|{[^}]*}', "", text)
    return re.search(r"[<>]|==|!=", bare) is not None or "ALERTS" in bare or re.search(r'status=~"[45]', text) is not None


def _trees(expressions: list[Expression]) -> Iterator[tuple[Expression, Any]]:
    for one in expressions:
        # promtool reports the others.
        with suppress(ValueError):
            yield one, promql.parse(one.text)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    children = [getattr(node, name, None) for name in ("lhs", "rhs", "expr", "param", "vector_selector")]
    for child in (*children, *(getattr(node, "args", None) or [])):
        if child is not None and type(child).__module__ == type(node).__module__:
            yield from _nodes(child)


def _selectors(tree: Any) -> list[Any]:
    return [node for node in _nodes(tree) if isinstance(node, promql.VectorSelector)]


def _names(tree: Any, known: Known) -> Iterator[str]:
    for selector in _selectors(tree):
        if selector.name is None:
            yield "a metric must be named"
        elif selector.name not in known:
            yield f"no running system exposes {selector.name}"


def _labels(tree: Any, known: Known) -> Iterator[str]:
    for selector in _selectors(tree):
        labels = _labels_of(selector, known)
        for matcher in selector.matchers.matchers:
            if labels is not None and matcher.name not in labels | {"le", "__name__"}:
                yield f"{selector.name} has no label {matcher.name}, only {', '.join(sorted(labels))}"
    for node in _nodes(tree):
        below = [_labels_of(selector, known) for selector in _selectors(node)]
        if None in below:
            # What is not exposed was said already.
            continue
        there = {"le"}.union(*(labels for labels in below if labels is not None))
        for label in _grouped_by(node):
            if label not in there:
                yield f"no metric of {node} has the label {label}"


def _labels_of(selector: Any, known: Known) -> set[str] | None:
    if selector.name not in known:
        return None
    labels = known.metrics.get(selector.name, BY_PROMETHEUS.get(selector.name))
    return None if labels is None else labels | EVERYWHERE


def _grouped_by(node: Any) -> list[str]:
    modifier = getattr(node, "modifier", None)
    if modifier is None:
        return []
    if isinstance(node, promql.AggregateExpr):
        return list(modifier.labels)
    matching = modifier.matching
    return list(matching.labels) if matching is not None else []

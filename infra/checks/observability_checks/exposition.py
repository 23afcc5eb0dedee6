"""What a running system exposes: the text of /metrics."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from .tools import Tools

SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:{(.*)})? \S+$")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\]|\\.)*"')

# Metrics that are exposed only at times: each with its labels and why.
ONLY_WHEN: dict[str, tuple[list[str], str]] = yaml.safe_load(Path(__file__).with_name("only_when.yaml").read_text(encoding="utf-8"))


def exposed(text: str) -> dict[str, set[str]]:
    """Every metric with its labels."""
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if match := SAMPLE.match(line):
            found.setdefault(match[1], set()).update(LABEL.findall(match[2] or ""))
    return found


def otherwise() -> dict[str, set[str]]:
    """What is exposed only at times, with the parts of histograms."""
    found: dict[str, set[str]] = {}
    for name, (labels, _) in ONLY_WHEN.items():
        parts = ("_bucket", "_sum", "_count") if name.endswith("_seconds") else ("",)
        found.update({name + part: {*labels} for part in parts})
    return found


def reasoned(source: list[Path], named: set[str]) -> Iterator[str]:
    """Metrics said to be exposed at times that no source names, or that nobody asks for."""
    here = "only_when.yaml"
    text = "\n".join(file.read_text(encoding="utf-8") for directory in source for file in sorted(directory.rglob("src/**/*.rs")))
    for name in ONLY_WHEN:
        if f'"{name}"' not in text:
            yield f"{here}: {name}: is named in no source below {', '.join(directory.name for directory in source)}"
        if not any(other.startswith(name) for other in named):
            yield f"{here}: {name}: is named in no rule and no dashboard"


def linted(tools: Tools, name: str, text: str) -> Iterator[str]:
    """What promtool has against the text, among it families without HELP, and families without TYPE."""
    for metric in sorted({_family(metric, text) for metric in exposed(text)}):
        if not re.search(rf"^# TYPE {metric} \S", text, re.MULTILINE):
            yield f"{name}: {metric}: has no TYPE"
    said = tools.run("check", "metrics", text=text)
    lines = [line for line in (said.stdout + said.stderr).splitlines() if line.strip()]
    yield from (f"{name}: promtool check metrics: {line}" for line in lines)


def _family(metric: str, text: str) -> str:
    base = re.sub(r"_(bucket|sum|count)$", "", metric)
    return base if re.search(rf"^# TYPE {base} (histogram|summary)$", text, re.MULTILINE) else metric

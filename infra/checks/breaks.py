"""Deliberate mistakes: the rows of breaks.yaml, each of which a check must report."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import yaml

FILE = Path(__file__).with_suffix(".yaml")
# By check: a description, the name of a text, a regular expression, its replacement, and a pattern of the report.
ROWS: dict[str, list[list[str]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
Texts = dict[str, str]


def problems(check: str, texts: Texts, broken: Callable[[Texts], Iterable[str]]) -> Iterator[str]:
    """Rules of these texts that do not hold, and mistakes that they do not report."""
    yield from broken(texts)
    yield from missed(check, texts, lambda changed, _: broken(changed))


def missed(check: str, texts: Texts, judge: Callable[[Texts, str], Iterable[str]]) -> Iterator[str]:
    """Mistakes that `judge` does not report. Its arguments are the texts with one mistake, and the name of the changed text."""
    for what, name, old, new, report in ROWS[check]:
        broken = re.sub(old, new, texts[name], flags=re.MULTILINE)
        found = list(judge(texts | {name: broken}, name)) if broken != texts[name] else [f"{old!r} is not in {name} any more"]
        if not any(re.search(report, one) for one in found):
            yield f"{FILE.name}: {check}: {what}: {report!r} is not reported, but {found[:5] or 'nothing'}"

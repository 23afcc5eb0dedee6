"""Deliberate mistakes: the rows of breaks.yaml, each of which a check must report."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import yaml
from command import Broken

ROWS = Path(__file__).with_suffix(".yaml")
Texts = dict[str, str]


def checks(begin: str) -> list[str]:
    """The sections whose names begin with this word."""
    return [name for name in yaml.safe_load(ROWS.read_text(encoding="utf-8")) if name.startswith(begin)]


def rows(check: str) -> list[list[str]]:
    """Each with a description, the name of a text, a regular expression, its replacement, and a pattern of the report."""
    found: list[list[str]] = yaml.safe_load(ROWS.read_text(encoding="utf-8"))[check]
    return found


def holds(check: str, texts: Texts, broken: Callable[[Texts], Iterable[str]]) -> str:
    """The rules of these texts hold, and report each mistake."""
    if lines := [*broken(texts), *missed(check, texts, lambda changed, _: broken(changed))]:
        raise Broken("\n".join(lines))
    return "all rules hold; mistakes made on purpose are seen"


def missed(check: str, texts: Texts, judge: Callable[[Texts, str], Iterable[str]]) -> Iterator[str]:
    """Mistakes that `judge` does not report. Its arguments are the texts with one mistake, and the name of the changed text."""
    for what, name, old, new, report in rows(check):
        broken = re.sub(old, new, texts[name], flags=re.MULTILINE)
        found = list(judge(texts | {name: broken}, name)) if broken != texts[name] else [f"{old!r} is not in {name} any more"]
        if not any(re.search(report, one) for one in found):
            yield f"{ROWS.name}: {check}: {what}: {report!r} is not reported, but {found[:5] or 'nothing'}"

"""Rules as tables: required content of a document.

A document contains at least the required part; lists have the same length. `key=` compares the whole value, `?key` may be missing, `~` begins a
regular expression, and names that begin with `$` are variables.
"""

import re
from collections.abc import Iterator
from typing import Any


def filled(wanted: Any, values: dict[str, Any]) -> Any:
    """A row with the values of one subject in place of their names."""
    if isinstance(wanted, dict):
        return {key: filled(value, values) for key, value in wanted.items()}
    if isinstance(wanted, list):
        return [filled(value, values) for value in wanted]
    if isinstance(wanted, str):
        return values[wanted] if wanted in values else re.sub(r"\$[a-z]+", lambda name: str(values[name[0]]), wanted)
    return wanted


def differences(wanted: Any, found: Any, path: str = "") -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, value in wanted.items():
            name = key.strip("?=")
            at = f"{path}.{name}".lstrip(".")
            if key.endswith("=") and found.get(name) != value:
                yield f"{at} is {found.get(name)!r}, not {value!r}"
            elif not key.endswith("=") and (name in found or not key.startswith("?")):
                yield from differences(value, found.get(name), at)
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, (one, other) in enumerate(zip(by_name(wanted), by_name(found), strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif not (re.fullmatch(wanted[1:], str(found)) if str(wanted).startswith("~") else wanted == found):
        yield f"{path} is {found!r}, not {wanted!r}"


def by_name(items: list[Any]) -> list[Any]:
    """Containers may be in any order."""
    return sorted(items, key=lambda one: one.get("name", "") if isinstance(one, dict) else "")

"""Dependencies of the workspace's packages that no source uses, and those that are declared twice."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from images_checks.said import run

# The folders whose sources may use a dependency, by its kind in cargo's metadata.
PLACES = {None: ("src",), "dev": ("src", "tests", "benches", "examples")}
# Macros of the workspace whose expansion names a dependency of the calling crate.
EXPANSIONS = {"utoipa": r"|\bweb::(?:body|params)!"}
COMMENT = re.compile(r"//[^\n]*")
LIBRARY_KINDS = {"lib", "rlib", "proc-macro"}


def metadata() -> dict[str, Any]:
    return json.loads(run("cargo", "metadata", "--locked", "--format-version", "1", what="cannot resolve"))


def libraries(packages: list[dict[str, Any]]) -> dict[str, str]:
    """The name by which Rust code uses each package."""
    targets = [(package["name"], target) for package in packages for target in package["targets"]]
    return {name: target["name"].replace("-", "_") for name, target in targets if LIBRARY_KINDS & {*target["kind"]}}


def sources(package: dict[str, Any], kind: str | None) -> str:
    root = Path(package["manifest_path"]).parent
    paths = [path for place in PLACES[kind] for path in sorted((root / place).rglob("*.rs"))]
    return COMMENT.sub("", "\n".join(path.read_text() for path in paths))


def unused(package: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    normal = {dependency["name"]: dependency for dependency in package["dependencies"] if dependency["kind"] is None}
    texts = {kind: sources(package, kind) for kind in PLACES}
    for dependency in package["dependencies"]:
        name, kind = dependency["name"], dependency["kind"]
        if not re.search(rf"\b{names.get(name, name)}\b{EXPANSIONS.get(name, '')}", texts[kind]):
            yield f"{package['name']}: no source uses {name} ({kind or 'normal'} dependency)"
        elif kind == "dev" and name in normal and {*dependency["features"]} <= {*normal[name]["features"]} and not normal[name]["optional"]:
            yield f"{package['name']}: {name} is a normal dependency already, the development dependency adds nothing"


def unused_dependencies() -> Iterator[str]:
    resolved = metadata()
    names = libraries(resolved["packages"])
    members = [package for package in resolved["packages"] if package["id"] in resolved["workspace_members"]]
    for package in members:
        yield from unused(package, names)
    # The check must report a dependency without use, and a second declaration.
    first = members[0]
    known = next(dependency for dependency in first["dependencies"] if dependency["kind"] is None)
    planted = [{**known, "name": "unknown"}, {**known, "kind": "dev"}]
    found = [*unused({**first, "dependencies": [*first["dependencies"], *planted]}, names)]
    for words in ("no source uses unknown", "adds nothing"):
        if not any(words in line for line in found):
            yield f"the check itself: nothing is reported for a planted dependency ({words})"

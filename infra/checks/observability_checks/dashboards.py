"""Dashboards: in Grafana's own form, each panel explained. `cargo xtask generate --all --check` compares them with the scripts."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from .rules import load

COLUMNS = 24
# Text and headings show no values.
WITHOUT_VALUES = {"row", "text"}


def files(root: Path) -> list[Path]:
    """The dashboards."""
    return sorted((root / "grafana/dashboards").glob("*.json"))


def wrong(root: Path) -> Iterator[str]:
    """Everything that is wrong with dashboards, and with what they read."""
    yield from chain(in_form(root), explained(root), provisioned(root))


def in_form(root: Path) -> Iterator[str]:
    """Fields that Grafana does not know: what its own types read and write again is compared with what was read."""
    # With them options of panels and queries have types too.
    register_default_plugins()
    for file in files(root):
        text = json.loads(file.read_text(encoding="utf-8"))
        again = json.loads(json.dumps(Dashboard.from_json(text), cls=JSONEncoder))
        yield from (f"{file}: {path}: Grafana knows no such field" for path in _lost(text, again, ""))


def _lost(before: Any, after: Any, path: str) -> Iterator[str]:
    if isinstance(before, dict):
        for name, value in before.items():
            if not isinstance(after, dict) or name not in after:
                # Empty values are left out when written.
                if value not in ([], {}, None, ""):
                    yield f"{path}.{name}".lstrip(".")
            else:
                yield from _lost(value, after[name], f"{path}.{name}")
    elif isinstance(before, list):
        pairs = zip(before, after if isinstance(after, list) else [], strict=False)
        for number, (one, other) in enumerate(pairs):
            yield from _lost(one, other, f"{path}[{number}]")


def explained(root: Path) -> Iterator[str]:
    """Panels without title, description or unit, that overlap, or that read where nothing is."""
    sources = {source["uid"] for file in (root / "grafana/provisioning/datasources").glob("*.yml") for source in load(file)["datasources"]}
    uids: dict[str, Path] = {}
    for file in files(root):
        dashboard = json.loads(file.read_text(encoding="utf-8"))
        if uids.setdefault(dashboard["uid"], file) != file:
            yield f"{file}: uid {dashboard['uid']} is also that of {uids[dashboard['uid']]}"
        yield from (f"{file}: {wrong}" for wrong in _panels(dashboard["panels"], sources))


def _panels(panels: list[dict[str, Any]], sources: set[str]) -> Iterator[str]:
    covered: dict[tuple[int, int], str] = {}
    titles: set[str] = set()
    for panel in panels:
        at = f"panel {panel['id']} “{panel.get('title', '')}”"
        if not panel.get("title"):
            yield f"{at}: has no title"
        yield from _overlaps(panel, at, covered)
        if panel["type"] in WITHOUT_VALUES:
            continue
        # Titles name panels in what is said of them; those of numbers may be those of the lines below.
        if (title := f"{panel['type']} {panel['title']}") in titles:
            yield f"{at}: another {panel['type']} has this title"
        titles.add(title)
        if not panel.get("description"):
            yield f"{at}: has no description"
        if not panel.get("fieldConfig", {}).get("defaults", {}).get("unit"):
            yield f"{at}: has no unit"
        if not panel.get("targets"):
            yield f"{at}: asks for nothing"
        for asked in (panel, *panel.get("targets", [])):
            if asked.get("datasource", {}).get("uid") not in sources:
                yield f"{at}: datasource {asked.get('datasource')} is not provisioned"


def _overlaps(panel: dict[str, Any], at: str, covered: dict[tuple[int, int], str]) -> Iterator[str]:
    place = panel["gridPos"]
    if place["x"] + place["w"] > COLUMNS:
        yield f"{at}: is wider than the page"
    cells = [(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])]
    others = {covered[cell] for cell in cells if cell in covered}
    yield from (f"{at}: overlaps {other}" for other in sorted(others))
    covered.update(dict.fromkeys(cells, at))


def provisioned(root: Path) -> Iterator[str]:
    """What Grafana would not find: every data source has a uid, every provider of dashboards a path."""
    for file in (root / "grafana/provisioning/datasources").glob("*.yml"):
        for source in load(file)["datasources"]:
            yield from (f"{file}: {source.get('name')}: {name} is missing" for name in ("name", "uid", "type", "access", "url") if not source.get(name))
    for file in (root / "grafana/provisioning/dashboards").glob("*.yml"):
        for provider in load(file)["providers"]:
            if provider.get("type") != "file" or not provider.get("options", {}).get("path"):
                yield f"{file}: {provider.get('name')}: must be of type file with options.path"

"""Pieces of Grafana dashboards: panels that are laid out in rows by themselves, variables, and the file around them."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PROMETHEUS: Json = {"type": "prometheus", "uid": "prometheus"}
TEMPO: Json = {"type": "tempo", "uid": "tempo"}
# Columns that Grafana divides the page into.
COLUMNS = 24


@dataclass(frozen=True)
class Panel:
    """A panel and the room it takes."""

    width: int
    height: int
    body: Json


@dataclass(frozen=True)
class Row:
    """A heading and what stands below it."""

    title: str
    panels: list[Panel] = field(default_factory=list)


def query(expr: str, legend: str) -> tuple[str, str]:
    """A Prometheus expression and what its lines are called."""
    return expr, legend


def _targets(queries: tuple[tuple[str, str], ...], instant: bool) -> list[Json]:
    kind = {"instant": True, "range": False} if instant else {"range": True}
    return [
        {"refId": chr(ord("A") + number), "datasource": PROMETHEUS, "editorMode": "code", "expr": expr, "legendFormat": legend} | kind
        for number, (expr, legend) in enumerate(queries)
    ]


def _thresholds(warning: float | None, critical: float | None) -> Json:
    steps: list[Json] = [{"color": "green", "value": None}]
    steps += [{"color": "orange", "value": warning}] if warning is not None else []
    steps += [{"color": "red", "value": critical}] if critical is not None else []
    return {"mode": "absolute", "steps": steps}


def number(title: str, description: str, unit: str, expr: str, warning: float | None = None, critical: float | None = None) -> Panel:
    """One number as of now, green until `warning` and red from `critical` on."""
    defaults = {"unit": unit, "decimals": 2, "noValue": "none", "thresholds": _thresholds(warning, critical)}
    options = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "orientation": "auto", "textMode": "value", "colorMode": "background", "graphMode": "none", "justifyMode": "auto",
    }
    body = {
        "type": "stat", "title": title, "description": description, "datasource": PROMETHEUS,
        "targets": _targets(((expr, ""),), instant=True), "fieldConfig": {"defaults": defaults, "overrides": []}, "options": options,
    }
    return Panel(4, 4, body)


def lines(title: str, description: str, unit: str, *queries: tuple[str, str], limit: float | None = None, stacked: bool = False) -> Panel:
    """Lines over time; `limit` is drawn in red, as the alert has it."""
    custom: Json = {
        "drawStyle": "line", "lineWidth": 1, "fillOpacity": 25 if stacked else 0, "showPoints": "never", "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if stacked else "none"},
        "thresholdsStyle": {"mode": "off" if limit is None else "line"},
    }
    defaults = {"unit": unit, "min": 0, "custom": custom, "thresholds": _thresholds(None, limit)}
    options = {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    body = {
        "type": "timeseries", "title": title, "description": description, "datasource": PROMETHEUS,
        "targets": _targets(queries, instant=False), "fieldConfig": {"defaults": defaults, "overrides": []}, "options": options,
    }
    return Panel(8, 8, body)


def table(title: str, description: str, expr: str) -> Panel:
    """What an expression gives now, a line a series."""
    targets = [target | {"format": "table"} for target in _targets(((expr, ""),), instant=True)]
    body = {
        "type": "table", "title": title, "description": description, "datasource": PROMETHEUS, "targets": targets,
        "fieldConfig": {"defaults": {"unit": "none"}, "overrides": []}, "options": {"showHeader": True},
        "transformations": [{"id": "organize", "options": {"excludeByName": {"Time": True, "Value": True, "__name__": True}}}],
    }
    return Panel(8, 8, body)


def traces(title: str, description: str, traceql: str) -> Panel:
    """Traces that a search finds, each a link to the whole."""
    target = {
        "refId": "A", "datasource": TEMPO, "queryType": "traceql", "query": traceql, "limit": 20, "tableType": "traces",
    }
    body = {
        "type": "table", "title": title, "description": description, "datasource": TEMPO, "targets": [target],
        "fieldConfig": {"defaults": {"unit": "none"}, "overrides": []}, "options": {"showHeader": True},
    }
    return Panel(8, 12, body)


def trace(title: str, description: str, trace_id: str) -> Panel:
    """One trace, every span of it."""
    target = {"refId": "A", "datasource": TEMPO, "queryType": "traceql", "query": trace_id}
    body = {
        "type": "traces", "title": title, "description": description, "datasource": TEMPO, "targets": [target],
        "fieldConfig": {"defaults": {"unit": "none"}, "overrides": []}, "options": {},
    }
    return Panel(16, 12, body)


def services() -> Json:
    """The variable `service`: one, several or all of them."""
    find = "label_values(http_requests_total, job)"
    return {
        "name": "service", "label": "service", "type": "query", "datasource": PROMETHEUS, "query": find,
        "refresh": 2, "sort": 1, "multi": True, "includeAll": True, "allValue": ".*",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
    }


def text(name: str, label: str, description: str) -> Json:
    """A variable that is typed or pasted."""
    return {
        "name": name, "label": label, "description": description, "type": "textbox", "query": "",
        "current": {"selected": False, "text": "", "value": ""},
    }


def _laid_out(rows: list[Row]) -> list[Json]:
    placed: list[Json] = []
    top = 0
    for row in rows:
        heading = {"type": "row", "title": row.title, "collapsed": False, "panels": []}
        placed.append(heading | {"gridPos": {"x": 0, "y": top, "w": COLUMNS, "h": 1}})
        top += 1
        left, height = 0, 0
        for panel in row.panels:
            if left + panel.width > COLUMNS:
                left, top, height = 0, top + height, 0
            placed.append(panel.body | {"gridPos": {"x": left, "y": top, "w": panel.width, "h": panel.height}})
            left, height = left + panel.width, max(height, panel.height)
        top += height
    return [{"id": number} | panel for number, panel in enumerate(placed, start=1)]


def dashboard(uid: str, title: str, description: str, since: str, variables: list[Json], rows: list[Row]) -> Json:
    """The whole file; alerts that fire are drawn into every panel."""
    alerts = {
        "name": "alerts", "enable": True, "hide": False, "iconColor": "red", "datasource": PROMETHEUS,
        "expr": 'ALERTS{alertstate="firing"}',
    }
    others = {
        "title": "boxoffice", "type": "dashboards", "tags": ["boxoffice"], "icon": "external link", "tooltip": "", "url": "",
        "asDropdown": True, "includeVars": True, "keepTime": True, "targetBlank": False,
    }
    return {
        "uid": uid, "title": title, "description": description, "tags": ["boxoffice"], "schemaVersion": 41, "editable": False,
        "graphTooltip": 1, "timezone": "browser", "refresh": "10s", "time": {"from": since, "to": "now"},
        "annotations": {"list": [alerts]}, "links": [others], "templating": {"list": variables}, "panels": _laid_out(rows),
    }

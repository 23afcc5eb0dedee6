"""That the checks can fail: mistakes are planted in a copy of everything, one at a time, and each must be said by the check that is for it."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import dashboards, exposition, expressions, rules
from .tools import Tools

ENGINE, PROCESSES = "prometheus/rules/engine.yml", "prometheus/rules/processes.yml"
TESTS, BOARD, RUNBOOK = "prometheus/tests/processes.yml", "grafana/dashboards/on-sale.json", "runbook.md"

# Names that are planted; every other one counts as exposed. Unknown labels are planted in metrics of HTTP only.
UNKNOWN = {"orders_made_total", "outbox_age_seconds"}
LABELS_OF_HTTP = {"method", "route", "status"}
OTHER_LABELS = {"store", "listener", "outcome", "loop", "end", "ticket", "state", "operation", "version"}

METRICS = """\
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{method="GET",route="/",status="200"} 1
"""


@dataclass(frozen=True)
class Planted:
    """A mistake: `old` became `new` in a file of the copy, and what one of the checks must say of it."""

    what: str
    file: str
    old: str
    new: str
    check: Callable[[Path], Iterable[str]]
    said: str


def of_files(tools: Tools, commands_page: Path) -> list[Planted]:
    """Mistakes in the files below infra/observability."""

    def accepted(copy: Path) -> Iterable[str]:
        return rules.accepted(tools, copy)

    def passing(copy: Path) -> Iterable[str]:
        return rules.passing(tools, [copy / TESTS])

    def named(copy: Path) -> Iterable[str]:
        return _named(tools, copy)

    def tested(copy: Path) -> Iterable[str]:
        return rules.tested(rules.read(copy))

    def complete(copy: Path) -> Iterable[str]:
        return rules.complete(rules.read(copy))

    def in_runbook(copy: Path) -> Iterable[str]:
        return rules.in_runbook(rules.read(copy), commands_page)

    def used(copy: Path) -> Iterable[str]:
        return rules.used(rules.read(copy), expressions.names(_asked(copy)))

    return [
        Planted("a dashboard with an unknown metric", BOARD, "orders_created_total", "orders_made_total", named,
                r"on-sale\.json: panel “Orders a second”: no running system exposes orders_made_total"),
        Planted("a dashboard with an unknown label", BOARD, "sum by (status)", "sum by (state)", named,
                r"on-sale\.json: panel “Requests by status”: .* has the label state"),
        Planted("a dashboard with what is no PromQL", BOARD, "max(payments_unsettled)", "max(payments_unsettled", named,
                r"on-sale\.json: panel “Unsettled”: is no PromQL"),
        Planted("a dashboard that was changed by hand", BOARD, "On-sale night", "On sale", dashboards.generated,
                r"on-sale\.json: is not what .*build\.py writes"),
        Planted("a panel with a field that Grafana does not know", BOARD, '"gridPos"', '"position"', dashboards.in_form,
                r"on-sale\.json: panels\[\d+\]\.position: Grafana knows no such field"),
        Planted("an option of a panel that Grafana does not know", BOARD, '"reduceOptions"', '"reduceOption"', dashboards.in_form,
                r"on-sale\.json: panels\[\d+\]\.options\.reduceOption: Grafana knows no such field"),
        Planted("a panel without a unit", BOARD, '"unit": "reqps"', '"unit": ""', dashboards.explained, r"on-sale\.json: panel .* has no unit"),
        Planted("a panel without a description", BOARD, '"description": "Orders', '"note": "Orders', dashboards.explained, "has no description"),
        Planted("a panel that reads where nothing is", BOARD, '"uid": "tempo"', '"uid": "jaeger"', dashboards.explained, "is not provisioned"),
        Planted("an alert with an unknown metric", ENGINE, "store_outbox_age_seconds", "outbox_age_seconds", named,
                r"engine\.yml: OutboxOld: no running system exposes outbox_age_seconds"),
        Planted("an alert without a test", TESTS, "alertname: MemoryHigh", "alertname: ProcessDown", tested,
                r"processes\.yml: MemoryHigh: no test in prometheus/tests sees it fire"),
        Planted("a test of no alert", TESTS, "alertname: MemoryHigh", "alertname: MemoryLow", tested, "MemoryLow: is tested, and is no alert"),
        Planted("an alert with another threshold than tested", PROCESSES, "> 0.8", "> 0.9", passing,
                r"tests/processes\.yml: promtool test rules:[\s\S]*FileDescriptorsRunOut"),
        Planted("an alert without a runbook", RUNBOOK, "### DeadLetters", "### DeadMessages", in_runbook, r"promises\.yml: DeadLetters: has no section"),
        Planted("a runbook of no alert", RUNBOOK, "### DeadLetters", "### DeadMessages", in_runbook, "DeadMessages: has a section, and is no alert"),
        Planted("a runbook that leaves something out", RUNBOOK, "*Over when.*", "*Done.*", in_runbook, "must have the paragraphs"),
        Planted("a runbook with a command that there is not", RUNBOOK, "`boxoffice status`", "`boxoffice state`", in_runbook,
                "`boxoffice state` is a command"),
        Planted("an alert that leads nowhere", ENGINE, "runbook: infra", "page: infra", complete, r"engine\.yml: \w+: annotation runbook must be"),
        Planted("an alert that does not say how bad it is", ENGINE, "severity: warning", "severity: bad", complete, r"engine\.yml: \w+: severity must be"),
        Planted("a series that is recorded for nobody", ENGINE, "record: listener:bus_consumer_lag_messages:max", "record: listener:lag:max", used,
                r"engine\.yml: listener:lag:max: is recorded and never used"),
        Planted("a configuration that Prometheus refuses", "prometheus/prometheus.yml", "static_configs", "static_config", accepted,
                r"prometheus\.yml: promtool check config:"),
        Planted("a rule that is no PromQL", "prometheus/rules/provider.yml", "sum(rate(", "sum(rate", accepted, r"rules: promtool check rules:"),
        Planted("manifests for GKE that leave a service out", "gke.py", r"job_name: (\S+)", r"job_name: (a\S+)", rules.on_gke,
                r"gke\.py: scrapes \['auth'\]"),
    ]


def missed(tools: Tools, root: Path, commands_page: Path) -> Iterator[str]:
    """Planted mistakes that no check says anything of."""
    for planted in of_files(tools, commands_page):
        with tempfile.TemporaryDirectory() as directory:
            copy = Path(directory, "observability")
            shutil.copytree(root, copy)
            # The dashboards are made from the list of services beside it.
            shutil.copy(root.parent / "services.json", directory)
            file = copy / planted.file
            before = file.read_text(encoding="utf-8")
            file.write_text(before.replace(planted.old, planted.new), encoding="utf-8")
            said = list(planted.check(copy)) if planted.old in before else [f"{planted.old} is not in {planted.file}"]
            if not any(re.search(planted.said, message) for message in said):
                yield f"{Path(__file__).name}: {planted.what}: not caught; what was said: {said or 'nothing'}"


# Mistakes in the text of /metrics: what is replaced by what, and what must be said of it.
OF_METRICS = (
    ("a metric without HELP", "# HELP http_requests_total Requests.\n", "", "http_requests_total: has no HELP"),
    ("a metric without TYPE", "# TYPE http_requests_total counter\n", "", "http_requests_total: has no TYPE"),
    ("a counter that is not called one", "http_requests_total", "http_requests", "counter metrics should have"),
    ("a line that is no sample", "} 1", " 1", "promtool check metrics"),
)


def unreadable(tools: Tools) -> Iterator[str]:
    """Planted mistakes in the text of /metrics that are not said."""
    for what, old, new, said in OF_METRICS:
        found = list(exposition.linted(tools, "planted", METRICS.replace(old, new)))
        if not any(said in message for message in found):
            yield f"{Path(__file__).name}: {what}: not caught; what was said: {found or 'nothing'}"
    if found := list(exposition.linted(tools, "planted", METRICS)):
        yield f"{Path(__file__).name}: text without any mistake: {found}"


def count(tools: Tools, commands_page: Path) -> int:
    """How many there are."""
    return len(of_files(tools, commands_page)) + len(OF_METRICS)


def _asked(copy: Path) -> list[expressions.Expression]:
    return [*expressions.of_rules(rules.read(copy)), *expressions.of_dashboards(copy)]


def _named(tools: Tools, copy: Path) -> Iterator[str]:
    found, asked = rules.read(copy), _asked(copy)
    with tempfile.TemporaryDirectory() as directory:
        yield from expressions.parsed(tools, asked, Path(directory))
    named = expressions.names(asked) - UNKNOWN - found.records.keys() - expressions.BY_PROMETHEUS.keys()
    exposed = {name: LABELS_OF_HTTP if name.startswith("http_") else OTHER_LABELS for name in named}
    yield from expressions.unknown(asked, expressions.known_of(exposed, found, {}))

"""Whether dashboards, alerts and their tests are in order, and name only what a running marketplace exposes.

Starts `boxoffice`, makes it do some orders' lives and looks at it with a real Prometheus. Needs promtool: of the PATH, or of Debian's package.
"""

import shutil
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import breaks
import market
from command import Options, Steps
from observability_checks import dashboards, exposition, expressions, life, mutations, rules, server
from observability_checks.expressions import Known
from observability_checks.tools import Tools, prometheus

ROOT = Path("infra/observability")
COMMANDS = Path("docs/operations/operate.md")
# An order that is not paid expires that soon; paying takes less, also on a busy machine.
ORDER_WINDOW = "5s"
SOURCE = [Path("common"), Path("services")]

# A text without a mistake, for rows of breaks.yaml.
METRICS = """\
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{method="GET",route="/",status="200"} 1
"""


def steps(options: Options) -> Steps:
    tools, found, asked = prometheus(), rules.read(ROOT), expressions.of(ROOT)
    named = expressions.names(asked)
    print(f"promtool {tools.version()}: {len(found.alerts)} alerts, {len(asked)} expressions, {len(named)} metrics named")

    yield "configuration and rules (promtool)", lambda: rules.accepted(tools, ROOT)
    yield "tests of the rules (promtool)", lambda: rules.passing(tools, rules.files(ROOT, "tests"))
    yield "alerts say how bad, what and where to read on, and are seen to fire and to be silent", lambda: rules.complete(found)
    yield "the tests notice thresholds and times that are a little wrong", lambda: mutations.unnoticed(tools, found)
    yield "every alert is in the runbook, and nothing else", lambda: rules.in_runbook(found, COMMANDS)
    yield "manifests for GKE have the same rules", lambda: rules.on_gke(ROOT)
    yield "every recorded series is used", lambda: rules.used(found, named)
    yield "dashboards have Grafana's form and explanations, and their provisioning is complete", lambda: dashboards.wrong(ROOT)
    yield "expressions parse (promtool)", lambda: expressions.parsed(tools, asked)
    yield "metrics that are exposed only at times are in the source", lambda: exposition.reasoned(SOURCE, named)
    with (
        market.market("--order-window", ORDER_WINDOW, program=options.programs / "boxoffice") as shop,
        server.watching(tools, ROOT, shop.host) as prometheus_url,
    ):
        yield "a marketplace runs, and orders live in it", lambda: life.live(shop.host)
        exposable = named - found.records.keys()
        text = life.settled(shop.host, exposable - expressions.BY_PROMETHEUS.keys() - exposition.otherwise().keys())
        exposed = exposition.exposed(text)
        known = expressions.known_of(exposed, found, exposition.otherwise())
        yield f"metrics and labels that are named are exposed ({len(exposed)} are)", lambda: expressions.unknown(asked, known)
        yield "exposed metrics have help texts and valid names (promtool)", lambda: exposition.linted(tools, "boxoffice: /metrics", text)
        shown = [one for one in asked if not one.at.startswith(str(ROOT / "prometheus"))]
        yield "a real Prometheus gets something for every panel", lambda: server.evaluated(prometheus_url, shown, exposable - exposed.keys())
    yield "mistakes made on purpose are caught", lambda: _missed(tools, known)


def _missed(tools: Tools, known: Known) -> Iterator[str]:
    """Rows of breaks.yaml that no check reports."""
    texts = {row[1]: (ROOT / row[1]).read_text(encoding="utf-8") for row in breaks.ROWS["observability"]}
    yield from breaks.missed("observability", texts, lambda broken, name: _judged(tools, name, broken[name], known))
    yield from breaks.missed("metrics", {"metrics": METRICS}, lambda broken, name: exposition.linted(tools, name, broken[name]))
    yield from (f"text without any mistake: {one}" for one in exposition.linted(tools, "metrics", METRICS))


def _judged(tools: Tools, name: str, text: str, known: Known) -> Iterator[str]:
    """What the checks of one file report if this is its text."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory, "observability")
        shutil.copytree(ROOT, copy)
        (copy / name).write_text(text, encoding="utf-8")
        if name.endswith(".py"):
            # It reads the list of services beside it.
            shutil.copy(ROOT.parent / "services.json", directory)
            yield from rules.on_gke(copy)
            return
        found, asked = rules.read(copy), expressions.of(copy)
        yield from expressions.parsed(tools, asked)
        yield from expressions.unknown(asked, known)
        if name.endswith(".json"):
            yield from dashboards.wrong(copy)
        else:
            yield from rules.accepted(tools, copy)
            yield from chain(rules.complete(found), rules.in_runbook(found, COMMANDS), rules.used(found, expressions.names(asked)))

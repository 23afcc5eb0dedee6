"""Whether one trace follows an order, from the request that makes it to the money that is taken for it, through five processes.

Starts the services on the servers that the tests use (run the tests once, they fetch them), and a receiver of OTLP (oteltap,
from the Python package index); makes an order and pays it; and reads the spans that came.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import market
import yaml
from command import Broken, Options, Steps, await_that
from manifests_parts.facts import SERVICE_OF_TAG
from people import Person
from servers import Services, answers, free_ports

# For what happens behind an answer, on a machine that builds something meanwhile.
PATIENCE_S = 60
# What the trace of an order that is paid must show, and of what kind it is.
EXPECTED = Path(__file__).with_suffix(".yaml")


def steps(options: Options) -> Steps:
    yield "one trace follows an order through five processes", lambda: traced(options.programs)


def lived(shop: Services) -> str:
    """The trace of an order that was made, paid, and captured, as its timeline says."""

    def host_of(path: str) -> str:
        """Each service has its own port, and the first word of its paths is their tag in the OpenAPI document."""
        return f"127.0.0.1:{shop.ports[SERVICE_OF_TAG[path.split('/')[2]]]}"

    seller, buyer = Person("seller", host_of), Person("buyer", host_of)
    ticket = seller.create("/api/tickets", {"title": "Concert", "price": 20.5, "quantity": 2})["id"]
    order = buyer.create("/api/orders", {"ticketId": ticket})["id"]
    buyer.create("/api/payments", {"orderId": order, "token": "tok_visa"})
    timelines: list[dict] = []

    def ended() -> bool:
        timelines.append(buyer.call("GET", f"/api/orders/{order}/timeline", None, 200))
        return [step["step"] for step in timelines[-1]["steps"]] == ["created", "payment_started", "completed", "payment_captured"]

    await_that("the timeline has all steps", ended)
    timeline = timelines[-1]
    if {step["traceId"] for step in timeline["steps"]} != {timeline["traceId"]}:
        raise Broken(f"the steps are of several traces: {timeline}")
    return timeline["traceId"]


def spans_of(file: Path, trace_id: str) -> list[dict]:
    spans = [json.loads(line) for line in file.read_text().splitlines() if line.startswith('{"traceId"')]
    return [span for span in spans if span["traceId"] == trace_id]


def wrong_with(spans: list[dict], expected: dict[str, int]) -> list[str]:
    """Spans that are missing, of another kind, or without their parent."""
    found = {span["name"]: span["kind"] for span in spans}
    ids = {span["spanId"] for span in spans}
    missing = [f"{name} is missing" for name in expected if name not in found]
    other = [f"{name} is of kind {found[name]}" for name, kind in expected.items() if found.get(name, kind) != kind]
    roots = [span["name"] for span in spans if not span["parentSpanId"]]
    first = [] if roots == ["create_order"] else [f"the trace begins with {roots}, not with create_order alone"]
    lost = [f"{span['name']} is part of a span that is not there" for span in spans if span["parentSpanId"] and span["parentSpanId"] not in ids]
    failed = [f"{span['name']} failed: {span['attributes']}" for span in spans if span["status"]["code"] == 2]
    return missing + other + first + lost + failed


def shown(spans: list[dict], parent: str = "", depth: int = 0) -> None:
    for span in sorted((span for span in spans if span["parentSpanId"] == parent), key=lambda span: int(span["startTimeUnixNano"])):
        ms = (int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])) / 1e6
        print(f"{'  ' * depth}{span['name']}  {ms:.1f} ms")
        shown(spans, span["spanId"], depth + 1)


def traced(programs: Path) -> Iterator[str]:
    market.PROGRAMS = programs
    expected = yaml.safe_load(EXPECTED.read_text(encoding="utf-8"))["spans"]
    (port,) = free_ports(1)
    with TemporaryDirectory() as folder:
        received = Path(folder, "spans")
        with received.open("w") as to:
            tap = subprocess.Popen(["oteltap", "--port", str(port)], stdout=to, env=os.environ | {"PYTHONUNBUFFERED": "1"})
        shop = None
        try:
            answers(port)
            shop = Services(folder, ("--otel-exporter-otlp-endpoint", f"http://127.0.0.1:{port}"))
            trace_id = lived(shop)
            bound = time.monotonic() + PATIENCE_S
            while (wrong := wrong_with(spans := spans_of(received, trace_id), expected)) and time.monotonic() < bound:
                time.sleep(0.2)
        finally:
            if shop:
                shop.stop()
            tap.terminate()
            tap.wait()
    print(f"trace {trace_id}: {len(spans)} spans of one order")
    shown(spans)
    yield from wrong

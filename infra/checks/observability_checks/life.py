"""A marketplace in one process and a few orders' lives in it, so that it exposes what it counts."""

import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from command import Broken, await_that
from people import Person

from . import exposition

# An order that is not paid expires that soon; paying takes less, also on a busy machine.
ORDER_WINDOW_S = 5
# Some gauges are set by what looks around once a minute.
ALL_SET_S = 75.0
TEXT = "text/plain; version=0.0.4"


@contextmanager
def marketplace(programs: Path) -> Iterator[str]:
    """Its address, while it runs on a throw-away directory."""
    with tempfile.TemporaryDirectory() as data:
        command: list[str | Path] = [programs / "boxoffice", "--port", "0", "--data-dir", data, "--order-window", f"{ORDER_WINDOW_S}s"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            # "boxoffice is open on http://localhost:37161"; the rest fits into the pipe.
            words = process.stdout.readline().split() if process.stdout else []
            urls = [word for word in words if word.startswith("http://")]
            if not urls:
                raise Broken(f"{programs / 'boxoffice'} says {' '.join(words) or 'nothing'}, and no address")
            yield urls[0]
        finally:
            process.terminate()
            process.wait()


def live(url: str) -> Iterator[str]:
    """Reports nothing, or fails. Orders that are paid, declined and cancelled, expired, paid by credit, and refunded; requests that are refused."""
    seller, ann, bob = (Person(name, lambda _: url.removeprefix("http://")) for name in ("seller", "ann", "bob"))
    ticket = seller.create("/api/tickets", {"title": "Concert", "price": 20.50, "quantity": 9})["id"]

    def ordered(buyer: Person) -> str:
        return str(buyer.create("/api/orders", {"ticketId": ticket})["id"])

    paid = ordered(ann)
    payment = ann.call("POST", "/api/payments", {"orderId": paid, "token": "tok_visa"}, 201)["id"]
    declined = ordered(bob)
    bob.call("POST", "/api/payments", {"orderId": declined, "token": "tok_declined"}, 402)
    bob.call("DELETE", f"/api/orders/{declined}", None, 204)
    forgotten = ordered(bob)
    ann.call("POST", "/api/payments/top-ups", {"amount": 30, "token": "tok_visa"}, 201)
    ann.call("POST", "/api/payments", {"orderId": ordered(ann), "method": "credit"}, 201)

    bob.call("GET", f"/api/orders/{paid}", None, 404)
    bob.call("GET", f"/api/payments/{payment}", None, 404)
    bob.call("GET", "/api/nothing", None, 404)
    await_that(f"order {paid} is complete", lambda: ann.call("GET", f"/api/orders/{paid}", None, 200)["status"] == "complete")
    await_that(f"order {forgotten} has expired", lambda: bob.call("GET", f"/api/orders/{forgotten}", None, 200)["status"] == "cancelled")
    yield from ()


def settled(url: str, names: set[str]) -> str:
    """What it exposes as soon as that includes these names, or after a while without."""
    deadline = time.monotonic() + ALL_SET_S
    while True:
        text = metrics(url)
        if names <= exposition.exposed(text).keys() or time.monotonic() > deadline:
            return text
        time.sleep(1)


def metrics(url: str) -> str:
    """What it exposes, in the form that Prometheus takes: version 3 refuses what does not say its type."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=60) as answer:
        if not answer.headers.get("Content-Type", "").startswith(TEXT):
            raise Broken(f"/metrics is {answer.headers.get('Content-Type')}, not {TEXT}")
        text: bytes = answer.read()
    return text.decode()

"""A marketplace in one process and a few orders' lives in it, so that it exposes what it counts."""

import json
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import exposition

# An order that nobody pays expires that soon; paying takes less, also on a busy machine.
ORDER_WINDOW_S = 5
# For the start, and for what happens behind an answer: on a machine that builds something meanwhile.
PATIENCE_S = 60.0
# Some gauges are set by what looks around once a minute.
ALL_SET_S = 75.0
TEXT = "text/plain; version=0.0.4"


class Unexpected(Exception):
    """The marketplace did not do what was asked."""


@dataclass
class Person:
    """Somebody with a session."""

    url: str
    cookie: str = ""

    def call(self, method: str, path: str, body: Any, *allowed: int) -> Any:
        """What is answered, with one of the statuses allowed."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                status, text, cookies = answer.status, answer.read(), answer.headers.get_all("Set-Cookie", [])
        except urllib.error.HTTPError as refused:
            status, text, cookies = refused.code, refused.read(), []
        if status not in allowed:
            raise Unexpected(f"{method} {path}: {status} {text.decode()}")
        sessions = [cookie.split(";")[0] for cookie in cookies if "session=" in cookie]
        self.cookie = sessions[0] if sessions else self.cookie
        return json.loads(text) if text else None


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
                raise Unexpected(f"{programs / 'boxoffice'} says {' '.join(words) or 'nothing'}, and no address")
            yield urls[0]
        finally:
            process.terminate()
            process.wait()


def live(url: str) -> None:
    """Orders that are paid, declined and cancelled, expired, paid by credit, and refunded; requests that are refused."""
    seller, ann, bob = (_signed_up(url, name) for name in ("seller", "ann", "bob"))
    ticket = seller.call("POST", "/api/tickets", {"title": "Concert", "price": 20.50, "quantity": 9}, 201)["id"]

    paid = _ordered(ann, ticket)
    payment = ann.call("POST", "/api/payments", {"orderId": paid, "token": "tok_visa"}, 201)["id"]
    declined = _ordered(bob, ticket)
    bob.call("POST", "/api/payments", {"orderId": declined, "token": "tok_declined"}, 402)
    bob.call("DELETE", f"/api/orders/{declined}", None, 204)
    forgotten = _ordered(bob, ticket)
    ann.call("POST", "/api/payments/top-ups", {"amount": 30, "token": "tok_visa"}, 201)
    ann.call("POST", "/api/payments", {"orderId": _ordered(ann, ticket), "method": "credit"}, 201)

    bob.call("GET", f"/api/orders/{paid}", None, 404)
    bob.call("GET", f"/api/payments/{payment}", None, 404)
    bob.call("GET", "/api/nothing", None, 404)
    _until(lambda: ann.call("GET", f"/api/orders/{paid}", None, 200)["status"] == "complete", f"order {paid} is complete")
    _until(lambda: bob.call("GET", f"/api/orders/{forgotten}", None, 200)["status"] == "cancelled", f"order {forgotten} has expired")


def settled(url: str, names: set[str]) -> str:
    """What it exposes as soon as that includes these names, or after a while without."""
    deadline = time.monotonic() + ALL_SET_S
    while True:
        text = metrics(url)
        if names <= exposition.exposed([text]).keys() or time.monotonic() > deadline:
            return text
        time.sleep(1)


def metrics(url: str) -> str:
    """What it exposes, in the form that Prometheus takes: version 3 refuses what does not say its type."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=PATIENCE_S) as answer:
        if not answer.headers.get("Content-Type", "").startswith(TEXT):
            raise Unexpected(f"/metrics is {answer.headers.get('Content-Type')}, not {TEXT}")
        text: bytes = answer.read()
    return text.decode()


def _signed_up(url: str, name: str) -> Person:
    person = Person(url)
    person.call("POST", "/api/users/signup", {"email": f"{name}@example.com", "password": "a fine password"}, 201)
    return person


def _ordered(buyer: Person, ticket: str) -> str:
    # Orders learns of a new ticket by a message, so the first may come too early.
    deadline = time.monotonic() + PATIENCE_S
    while True:
        answer = buyer.call("POST", "/api/orders", {"ticketId": ticket}, 201, 404)
        if "status" in answer and "items" in answer:
            return str(answer["id"])
        if time.monotonic() > deadline:
            raise Unexpected(f"ticket {ticket} cannot be ordered: {answer}")
        time.sleep(0.1)


def _until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise Unexpected(f"after {PATIENCE_S:.0f} s it is still not so that {what}")
        time.sleep(0.1)

"""A few orders' lives in a marketplace, so that it exposes what it counts."""

import time

import requests
from command import Broken, await_that
from people import Person

from . import exposition

# Some gauges are set by what looks around once a minute.
ALL_SET_S = 75.0
TEXT = "text/plain; version=0.0.4"


def live(host: str) -> None:
    """Orders that are paid, declined and cancelled, expired, paid by credit, and refunded; requests that are refused; pages."""
    seller, ann, bob = (Person(name, lambda _: host) for name in ("seller", "ann", "bob"))
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
    for path in ("/", f"/tickets/{ticket}"):
        await_that(f"the page {path} is shown", lambda path=path: "Concert" in requests.get(f"http://{host}{path}", timeout=60).text)
    requests.post(f"http://{host}/language", data={"language": "de"}, timeout=60, allow_redirects=False)
    await_that(f"order {paid} is complete", lambda: ann.call("GET", f"/api/orders/{paid}", None, 200)["status"] == "complete")
    await_that(f"order {forgotten} has expired", lambda: bob.call("GET", f"/api/orders/{forgotten}", None, 200)["status"] == "cancelled")


def settled(host: str, names: set[str]) -> str:
    """Its metrics, once they include these names or the bound has passed. Prometheus 3 refuses a response without this type."""
    deadline = time.monotonic() + ALL_SET_S
    while True:
        answer = requests.get(f"http://{host}/metrics", timeout=60)
        if not answer.headers.get("Content-Type", "").startswith(TEXT):
            raise Broken(f"/metrics is {answer.headers.get('Content-Type')}, not {TEXT}")
        if names <= exposition.exposed(answer.text).keys() or time.monotonic() > deadline:
            return answer.text
        time.sleep(1)

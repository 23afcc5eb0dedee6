#!/usr/bin/env python3
"""Checks that every response of the marketplace matches its OpenAPI document.

    services/marketplace/tests/schemathesis/run.py [--programs target/debug] [--seed 1] [--examples 10]

schemathesis generates valid and invalid requests from the document that a running `boxoffice`
serves, and sends them without a session, as a user and as an administrator, each on a marketplace
of its own. Each response must be in the document (status, media type, headers, body), and none may
be a server error. A second run with a wrong document must fail. The same seed generates the same
requests. Needs Python 3.11 or newer.

The program is not in `infra`, since it tests the behaviour of the marketplace, like the Rust tests
beside it.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[3] / "bench"), str(HERE.parents[3] / "infra/checks")]
import mails  # noqa: E402
import market  # noqa: E402
from locked import locked  # noqa: E402

REQUIREMENTS = HERE / "requirements.txt"
PASSWORD = "a fine password"
TOKENS = ["tok_visa", "tok_declined", "tok_error_after_charge"]
# The webhook rejects requests without the provider's signature; the document is read separately; no sign-up has
# a link where every account may trade.
UNREACHED = {"POST /api/payments/webhook", "GET /openapi.json", "POST /api/users/signup/confirm"}
# Reads of a tenth of a second until orders have their admissions, which follow within moments.
ISSUED_WAITS_MAX = 300
FOR_ADMINS = {
    "GET /api/mail/undelivered",
    "POST /api/mail/undelivered/retry",
    "GET /api/sales",
    "GET /api/reports",
    "POST /api/reports/{id}/close",
    "POST /api/users/{id}/ban",
    "POST /api/users/{id}/unban",
    "POST /api/users/{id}/revoke-admin",
    "POST /api/users/lookup",
    "GET /api/users/{id}/account",
    "GET /api/payments/disputes",
    "GET /api/payments/unsettled",
    "GET /api/payments/unsettled-refunds",
}


SHOW = {"title": "Opera", "venue": {"name": "Town Hall", "timeZone": "Europe/Berlin"}, "startsAt": "2035-06-01T18:00:00Z"}


def png():
    """An image of one grey pixel."""
    def chunk(kind, data):
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    header = (1).to_bytes(4) * 2 + bytes((8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def with_gate(seller, show):
    """A new gate of a show, once its service knows the show."""
    while True:
        status, said = seller.call("POST", "/api/gates", {"name": "North entrance", "showId": show})
        if status == 201:
            return json.loads(said)["id"]
        assert status == 404, f"a gate returned {status} {said}"
        time.sleep(0.1)


def with_image(seller, show):
    """Uploads an image of a show; returns its id."""
    seller.connection.request("PUT", f"/api/shows/{show}/image", png(), {"Content-Type": "image/png", "Cookie": seller.cookie})
    response = seller.connection.getresponse()
    assert response.read() == b"" and response.status == 204, f"an image returned {response.status}"
    return seller.show(f"/api/shows/{show}")["image"]["small"].split("/")[-2]


def verify(shop, person, email):
    """Verifies the address of an account by its mailed link: notices are sent to verified addresses."""
    body = {"token": mails.token(shop.host, email, "/account/email/")}
    status, said = person.call("POST", "/api/users/email/confirm", body)
    assert status == 200, f"a verification returned {status} {said}"


@contextmanager
def marketplace(data_dir):
    shop = market.Market(data_dir, ("--order-window", "24h"))
    try:
        yield shop
    finally:
        shop.stop()


def admissions_of(holder, order, units):
    """The ids of the admissions of an order, once there are as many as units."""
    for _ in range(ISSUED_WAITS_MAX):
        found = [admission["id"] for admission in holder.show(f"/api/admissions?order={order}&limit=100")]
        if len(found) == units:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{units} units have {len(found)} admissions")


def send(shop, seller, asker, other):
    """Transfers between the requesting account and another one, of a free ticket."""
    ticket = seller.create("/api/tickets", {"title": "Reading", "price": 0, "quantity": 100})["id"]
    order, others = [person.create("/api/orders", {"ticketId": ticket, "quantity": 20})["id"] for person in (asker, other)]
    admissions_of(asker, order, 20)
    theirs = admissions_of(other, others, 20)
    offer = lambda admission, to: other.create("/api/transfers", {"admissionIds": [admission]} | to)["id"]  # noqa: E731
    received = [offer(admission, {"toUser": asker.id}) for admission in theirs[:6]]
    offer(theirs[6], {"toEmail": "friend@example.com"})
    sent = [asker.create("/api/transfers", {"ticketId": ticket, "toUser": other.id})["id"] for _ in range(2)]
    return {"sendable": [ticket], "transfers": received[:2], "accepted": received[2:4], "declined": received[4:], "sent": sent,
            "claims": [mails.token(shop.host, "friend@example.com", "/transfers/link/")], "documented": [order]}


def furnish(shop, name):
    """Creates data before the first request: a seller's tickets and shows, a report, and tickets, shows,
    an image, orders, payments and a sale of the requesting account."""
    seller, asker = shop.sign_up("seller"), shop.sign_up(name)
    verify(shop, seller, "seller@example.com")
    terms = {"title": "Concert", "price": 20.5, "quantity": 1000}
    offers = [seller.create("/api/tickets", terms)["id"] for _ in range(3)]
    tickets = [asker.create("/api/tickets", terms)["id"] for _ in range(3)]
    others = [seller.create("/api/shows", SHOW)["id"] for _ in range(3)]
    status, said = seller.call("PUT", f"/api/tickets/{tickets[0]}/report", {"reason": "other"})
    assert status == 204, f"a report returned {status} {said}"
    # The image of the last one stays: the requests change the others.
    shows = [asker.create("/api/shows", SHOW | {"tickets": [terms]})["id"] for _ in range(7)]
    image = with_image(asker, shows.pop())
    gates = [with_gate(asker, shows[0]) for _ in range(6)]
    orders = [asker.create("/api/orders", {"ticketId": offer, "quantity": 2})["id"] for offer in offers]
    sold = seller.create("/api/orders", {"ticketId": tickets[0]})["id"]
    paid = [(asker, orders[0]), (asker, orders[1]), (seller, sold)]
    payments = [payer.create("/api/payments", {"orderId": order, "token": "tok_visa"})["id"] for payer, order in paid]
    admissions = [one for order in orders[:2] for one in admissions_of(asker, order, 2)]
    others_of = [shop.sign_up(f"other-{number}") for number in range(2)]
    accounts = [other.id for other in others_of]
    transfers = send(shop, seller, asker, others_of[0])
    unsubscription = mails.token(shop.host, "seller@example.com", "/unsubscribe/")
    kept = [mail for mail, _ in mails.listed(shop.host)]
    return asker.id, {"offers": offers, "tickets": tickets, "shows": shows[:3], "cancelled": shows[3:], "others": others, "images": [image],
                      "png": base64.b64encode(png()).decode(), "orders": orders[::-1], "payments": payments, "sales": payments[2:], "accounts": accounts,
                      "admissions": admissions[:2], "bound": admissions[2:],
                      "tokens": TOKENS, "emails": [f"{name}@example.com"], "passwords": [PASSWORD], "unsubscriptions": [unsubscription], "mails": kept,
                      "gates": gates[:3], "revoked": gates[3:]} | transfers


def ask(shop, document, asker, known, *options):
    """Sends the generated requests of a document; returns the exit code and output of schemathesis,
    and the count of each status by operation."""
    with tempfile.TemporaryDirectory() as files:
        world, answered = Path(files, "world.json"), Path(files, "answered.json")
        world.write_text(json.dumps({"host": shop.host, "id": asker, "known": known}))
        answered.write_text("{}")
        environment = os.environ | {"WORLD": str(world), "ANSWERED": str(answered), "NO_COLOR": "1", "PYTHONPATH": str(HERE)}
        command = [locked(REQUIREMENTS) / "bin/schemathesis", "--config-file", HERE / "schemathesis.toml", "run", document, "--url", f"http://{shop.host}", *options]
        ran = subprocess.run(command, cwd=files, env=environment, stdout=subprocess.PIPE, text=True)
        return ran.returncode, ran.stdout, json.loads(answered.read_text())


def operations(document):
    """Each operation as `POST /api/orders`, and whether it needs a session."""
    return {f"{method.upper()} {path}": "security" in operation
            for path, item in document["paths"].items() for method, operation in item.items()}


def misses(name, document, answered):
    """Operations without an accepted request, and operations that accepted an unauthorised one."""
    done = {key.rsplit(" ", 1)[0] for key in answered if key.rsplit(" ", 1)[1].startswith("2")}
    for operation, wants_session in operations(document).items():
        is_allowed = name == "admin" or operation not in FOR_ADMINS and (name == "user" or not wants_session)
        if is_allowed and operation not in done | UNREACHED:
            yield f"{operation} accepted no request, so little of it was tested"
        if not is_allowed and operation in done:
            yield f"{operation} accepts requests of {name}"


def asked_as(name, programs, options):
    """One whole run, as an account or without a session; returns the errors."""
    with tempfile.TemporaryDirectory() as data_dir:
        with marketplace(data_dir) as shop:
            asker, known = furnish(shop, name)
        if name == "admin":
            subprocess.run([programs / "boxoffice", "grant-admin", f"{name}@example.com", "--data-dir", data_dir], check=True)
        with marketplace(data_dir) as shop:
            address = f"http://{shop.host}/openapi.json"
            document = market.Client(shop.host).show("/openapi.json")
            code, said, answered = ask(shop, address, None if name == "nobody" else asker, known, *options)
    wrong = [f"as {name}: {miss}" for miss in misses(name, document, answered)]
    if code:
        wrong.append(f"as {name}:\n{said}")
    statuses = sorted({key.rsplit(" ", 1)[1] for key in answered})
    print(f"as {name}: {sum(answered.values())} requests, answered {' '.join(statuses)}", flush=True)
    return wrong


def lie(document):
    """Makes a document wrong; returns the messages that must report it."""
    tickets, health = document["paths"]["/api/tickets"]["get"], document["paths"]["/health/live"]["get"]
    del tickets["responses"]["400"]
    next(parameter for parameter in tickets["parameters"] if parameter["name"] == "limit")["schema"]["maximum"] = 10
    health["responses"]["200"]["content"] = {"text/html": {}}
    document["components"]["schemas"]["TicketView"]["required"].append("sellersName")
    return "Undocumented status code", "Schema-violating request accepted", "Undocumented Content-Type", "Response violates schema"


def unnoticed_lies():
    """The errors in a wrong document that schemathesis does not report."""
    with tempfile.TemporaryDirectory() as data_dir, marketplace(data_dir) as shop:
        furnish(shop, "user")
        document, written = market.Client(shop.host).show("/openapi.json"), Path(data_dir, "lies.json")
        lies = lie(document)
        written.write_text(json.dumps(document))
        options = ("--include-path", "/api/tickets", "--include-path", "/health/live", "--include-method", "GET")
        _, said, _ = ask(shop, written, None, {}, *options, "--phases", "coverage", "--seed", "1")
        return [f"not reported: {words}\n{said}" for words in lies if words not in said]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=Path, default=market.PROGRAMS)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--examples", default="10", help="requests for each operation in the part that is left to chance")
    arguments = parser.parse_args()
    market.PROGRAMS = arguments.programs.resolve()
    locked(REQUIREMENTS)
    options = ("--seed", arguments.seed, "--max-examples", arguments.examples)
    with ThreadPoolExecutor() as pool:
        runs = pool.map(lambda name: asked_as(name, market.PROGRAMS, options), ("user", "admin", "nobody"))
        wrong = [line for run in runs for line in run]
    wrong += unnoticed_lies()
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()

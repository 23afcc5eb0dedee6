#!/usr/bin/env python3
"""Whether the marketplace answers as its OpenAPI document says, whatever it is asked, and never with a server error.

    services/marketplace/tests/schemathesis/run.py [--programs target/debug] [--seed 1] [--examples 10]

schemathesis makes requests from the document that a running `boxoffice` serves, valid ones and broken ones, and sends them as nobody, as a user
and as an administrator, each on a marketplace of its own. What comes back must be in the document: status, media type, headers, body. Then it is
asked with a document that lies, and must say so. The same seed makes the same requests. Needs Python 3.11 or newer.

It stands here and not in `infra`: what it tests is the behaviour of the marketplace, as the Rust tests beside it do.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[3] / "bench"), str(HERE.parents[3] / "infra/checks")]
import market  # noqa: E402
from locked import locked  # noqa: E402

REQUIREMENTS = HERE / "requirements.txt"
PASSWORD = "a fine password"
TOKENS = ["tok_visa", "tok_declined", "tok_error_after_charge"]
# Without the provider's signature nobody is let in; the document itself is not asked for again.
UNREACHED = {"POST /api/payments/webhook", "GET /openapi.json"}
FOR_ADMINS = {
    "POST /api/users/{id}/ban",
    "POST /api/users/{id}/unban",
    "POST /api/users/{id}/revoke-admin",
    "GET /api/payments/disputes",
}


@contextmanager
def marketplace(data_dir):
    shop = market.Market(data_dir, ("--order-window", "24h"))
    try:
        yield shop
    finally:
        shop.stop()


def furnish(shop, name):
    """What exists before the first request: somebody's tickets, and those, orders and payments of the account that asks, which has sold one too."""
    seller, asker = shop.sign_up("seller"), shop.sign_up(name)
    terms = {"title": "Concert", "price": 20.5, "quantity": 1000}
    offers = [seller.create("/api/tickets", terms)["id"] for _ in range(3)]
    tickets = [asker.create("/api/tickets", terms)["id"] for _ in range(3)]
    orders = [asker.create("/api/orders", {"ticketId": offer, "quantity": 2})["id"] for offer in offers]
    sold = seller.create("/api/orders", {"ticketId": tickets[0]})["id"]
    paid = [(asker, orders[0]), (asker, orders[1]), (seller, sold)]
    payments = [payer.create("/api/payments", {"orderId": order, "token": "tok_visa"})["id"] for payer, order in paid]
    accounts = [shop.sign_up(f"other-{number}").id for number in range(2)]
    return asker.id, {"offers": offers, "tickets": tickets, "orders": orders[::-1], "payments": payments, "sales": payments[2:], "accounts": accounts,
                      "tokens": TOKENS, "emails": [f"{name}@example.com"], "passwords": [PASSWORD]}


def ask(shop, document, asker, known, *options):
    """Asks all that a document lets one ask; answers the code and the words of schemathesis, and how often each operation was answered how."""
    with tempfile.TemporaryDirectory() as files:
        world, answered = Path(files, "world.json"), Path(files, "answered.json")
        world.write_text(json.dumps({"host": shop.host, "id": asker, "known": known}))
        answered.write_text("{}")
        environment = os.environ | {"WORLD": str(world), "ANSWERED": str(answered), "NO_COLOR": "1", "PYTHONPATH": str(HERE)}
        command = [locked(REQUIREMENTS) / "bin/schemathesis", "--config-file", HERE / "schemathesis.toml", "run", document, "--url", f"http://{shop.host}", *options]
        ran = subprocess.run(command, cwd=files, env=environment, stdout=subprocess.PIPE, text=True)
        return ran.returncode, ran.stdout, json.loads(answered.read_text())


def operations(document):
    """Each operation as `POST /api/orders`, and whether it wants a session."""
    return {f"{method.upper()} {path}": "security" in operation
            for path, item in document["paths"].items() for method, operation in item.items()}


def misses(name, document, answered):
    """Operations that were not reached, or that let somebody in who has no business there."""
    done = {key.rsplit(" ", 1)[0] for key in answered if key.rsplit(" ", 1)[1].startswith("2")}
    for operation, wants_session in operations(document).items():
        is_allowed = name == "admin" or operation not in FOR_ADMINS and (name == "user" or not wants_session)
        if is_allowed and operation not in done | UNREACHED:
            yield f"{operation} was never done, so little of it was tested"
        if not is_allowed and operation in done:
            yield f"{operation} lets {name} in"


def asked_as(name, programs, options):
    """One whole run as an account, or as nobody; answers what is wrong."""
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
    """Makes a document say something else than what is done; answers the words in which that is to be found."""
    tickets, health = document["paths"]["/api/tickets"]["get"], document["paths"]["/health/live"]["get"]
    del tickets["responses"]["400"]
    next(parameter for parameter in tickets["parameters"] if parameter["name"] == "limit")["schema"]["maximum"] = 10
    health["responses"]["200"]["content"] = {"text/html": {}}
    document["components"]["schemas"]["TicketView"]["required"].append("sellersName")
    return "Undocumented status code", "Schema-violating request accepted", "Undocumented Content-Type", "Response violates schema"


def unnoticed_lies():
    """What schemathesis does not find although it is there."""
    with tempfile.TemporaryDirectory() as data_dir, marketplace(data_dir) as shop:
        furnish(shop, "user")
        document, written = market.Client(shop.host).show("/openapi.json"), Path(data_dir, "lies.json")
        lies = lie(document)
        written.write_text(json.dumps(document))
        options = ("--include-path", "/api/tickets", "--include-path", "/health/live", "--include-method", "GET")
        _, said, _ = ask(shop, written, None, {}, *options, "--phases", "coverage", "--seed", "1")
        return [f"it was not found: {words}\n{said}" for words in lies if words not in said]


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

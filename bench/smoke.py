#!/usr/bin/env python3
"""Whether a marketplace under load keeps its promises: correctness, not time.

    cargo build --bin boxoffice --example check
    python3 bench/smoke.py [--programs target/debug]

More buyers than units order, some pay, all look: exactly as many orders as units, every payment taken once, everything delivered, and the checker
finds nothing broken. Needs Python 3 only; where wrk is there, its scripts are run too.
"""

import argparse
import json
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import market
import on_sale

UNITS = 300
BUYERS = 16
# A marketplace that nobody uses yet, in MiB.
IDLE_MEMORY_MAX = 150


def visit(buyer, tickets, count):
    """What one buyer is told: statuses of orders, and of payments of every third order."""
    told = Counter()
    for number in range(count):
        ticket = tickets[number % len(tickets)]
        assert buyer.show(f"/api/tickets/{ticket}")["id"] == ticket
        status, text = buyer.call("POST", "/api/orders", {"ticketId": ticket})
        told["order", status] += 1
        if status == 201 and number % 3 == 0:
            payment = {"orderId": json.loads(text)["id"], "token": "tok_visa"}
            told["payment", buyer.call("POST", "/api/payments", payment)[0]] += 1
    return told


def buyers_and_payers():
    with market.market("--order-window", on_sale.WINDOW, "--hold-limit", "100") as shop:
        idle = shop.memory_mib("VmRSS")
        assert idle < IDLE_MEMORY_MAX, f"{idle:.0f} MiB before anybody came"
        tickets = on_sale.offers(shop, 4, UNITS // 4)
        buyers = on_sale.buyers_of(shop, BUYERS)
        on_sale.becomes_visible(shop, tickets)
        each = 2 * UNITS // BUYERS
        with ThreadPoolExecutor(BUYERS) as pool:
            told = sum(pool.map(lambda buyer: visit(buyer, tickets, each), buyers), Counter())
        assert told["order", 201] + 1 == UNITS, told
        assert told["order", 409] == BUYERS * each - told["order", 201], told
        captured = told["payment", 201]
        assert captured == sum(count for (what, _), count in told.items() if what == "payment") > 0, told
        on_sale.quiet(shop)
        left = [buyers[0].show(f"/api/tickets/{ticket}")["available"] for ticket in tickets]
        assert left == [0] * len(tickets), left
        on_sale.checked(shop)
    print(f"{UNITS} units, {BUYERS * each} asked: {told['order', 201]} orders, {captured} captured, idle memory {idle:.0f} MiB, violations 0")


def scenarios():
    if shutil.which("wrk") is None:
        print("wrk is not there: its scripts were not run")
        return
    for scenario in (on_sale.sold_out, on_sale.life, on_sale.browse):
        scenario(argparse.Namespace(seconds=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=Path, default=market.PROGRAMS)
    market.PROGRAMS = parser.parse_args().programs
    buyers_and_payers()
    scenarios()

#!/usr/bin/env python3
"""Processor time of an operation, of two builds that run alternately: the cost of a change.

    python3 bench/pairs.py BEFORE AFTER [--scenario hot|life|look] [--pairs 10] [--seconds 3]

BEFORE and AFTER are two `boxoffice` programs, each run as one process on embedded engines. Every second pair begins with AFTER. Needs Python 3 and wrk.
"""

import argparse
import statistics
from pathlib import Path

import market as markets
import on_sale

# Per scenario: script, tickets, connections, field of the report that counts the operations.
SCENARIOS = {
    "hot": ("order.lua", 1, 64, "requests"),
    "life": ("life.lua", 100, 128, "paid"),
    "look": ("browse.lua", 1_000, 64, "requests"),
}


def microseconds_per_operation(program, scenario, seconds):
    script, count, connections, operations = SCENARIOS[scenario]
    with markets.market("--order-window", on_sale.WINDOW, program=program) as shop:
        tickets, users = on_sale.offers(shop, count, on_sale.UNITS_MAX), on_sale.buyers_of(shop, connections)
        on_sale.becomes_visible(shop, tickets)
        with markets.load(users, tickets) as files:
            markets.wrk(shop.orders_host, script, files, 1, connections)
            before = shop.cpu_seconds()
            report = markets.wrk(shop.orders_host, script, files, seconds, connections)
        # The work after the responses belongs to the operations, too.
        on_sale.quiet(shop)
        used = shop.cpu_seconds() - before
    wrong = report["refused"] + report["broken"] + report["timeouts"]
    assert wrong == 0, f"{wrong:.0f} requests failed"
    return used / report[operations] * 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--scenario", choices=SCENARIOS, default="hot")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=3)
    chosen = parser.parse_args()
    found = {chosen.before: [], chosen.after: []}
    for pair in range(chosen.pairs):
        for program in list(found)[:: -1 if pair % 2 else 1]:
            found[program].append(microseconds_per_operation(program.resolve(), chosen.scenario, chosen.seconds))
        before, after = (times[-1] for times in found.values())
        print(f"{before:.1f} µs, {after:.1f} µs, {after / before - 1:+.1%}", flush=True)
    changes = [after / before - 1 for before, after in zip(*found.values())]
    medians = [statistics.median(times) for times in found.values()]
    print(f"median {medians[0]:.1f} µs before, {medians[1]:.1f} µs after; of the changes {statistics.median(changes):+.1%}")

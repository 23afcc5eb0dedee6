#!/usr/bin/env python3
"""Three shows of five categories, ordered and paid over 6,000 connections at once, to the last unit and beyond.

    cargo build --release --bin boxoffice --example check
    python3 bench/shows.py [--units 1000] [--connections 6000] [--seconds 5] [--programs target/release]

wrk orders units of random categories and pays each order, in runs of some seconds, until a run buys nothing. Then no category may have sold more units
than it has, the numbers of each show must equal the orders that were paid, and the checker reads all that was kept. Needs Python 3 and wrk. One process on
embedded engines; the load generator is on the same machine, so its processor time is shown beside that of the marketplace.
"""

import argparse
import resource
import time
from pathlib import Path

import market
import on_sale

SHOWS = 3
PRICES = (20.5, 35, 50, 80, 120)
BUYERS = 512
# A run in which nothing is bought ends the sale; more runs than this never sell out.
RUNS_MAX = 60


def offered(shop, units):
    """The seller, the ids of the shows, and those of all tickets."""
    seller = shop.sign_up("seller")
    categories = [{"title": f"Category {number}", "price": price, "quantity": units} for number, price in enumerate(PRICES, 1)]
    show = {"venue": {"name": "Town Hall", "timeZone": "Europe/Berlin"}, "startsAt": "2035-06-01T18:00:00Z", "tickets": categories}
    made = [seller.create("/api/shows", show | {"title": f"Night {number}"}) for number in range(1, SHOWS + 1)]
    return seller, [one["id"] for one in made], [ticket["id"] for one in made for ticket in one["tickets"]]


def bought(shop, files, arguments):
    """Runs of wrk until nothing is bought: the report of each with the marketplace's processor seconds."""
    runs = []
    while not runs or runs[-1][0]["paid"] > 0:
        assert len(runs) < RUNS_MAX, "the shows do not sell out"
        runs.append(on_sale.timed(shop, files, arguments, arguments.connections, "life.lua"))
    return runs


def sold_units(shop, seller, shows, units):
    """Units sold of all categories, once the numbers of the shows have come to rest. None sells or holds more than it has."""
    sold = 0
    # It was idle for longer than the marketplace keeps a connection.
    seller.connection.close()
    for show in shows:
        numbers = seller.show(f"/api/shows/{show}/sales")
        for category in numbers["categories"]:
            assert category["sold"] + category["held"] <= category["offered"] == units, category
            sold += category["sold"]
    return sold


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=1_000, help="of each category")
    parser.add_argument("--connections", type=int, default=6_000)
    parser.add_argument("--seconds", type=int, default=5, help="of each run of wrk")
    parser.add_argument("--programs", type=Path, default=market.PROGRAMS)
    arguments = parser.parse_args()
    market.PROGRAMS = arguments.programs
    files_max = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files_max, files_max))
    with market.market("--order-window", on_sale.WINDOW) as shop:
        seller, shows, tickets = offered(shop, arguments.units)
        buyers = on_sale.buyers_of(shop, BUYERS)
        on_sale.becomes_visible(shop, tickets)
        with market.load(buyers, tickets) as files:
            started = time.monotonic()
            runs = bought(shop, files, arguments)
        total = arguments.units * len(tickets)
        first, cpu = runs[0]
        drained, memory = on_sale.quiet(shop), shop.memory_mib()
        sold = sold_units(shop, seller, shows, arguments.units)
        paid = sum(report["paid"] for report, _ in runs)
        # A run of wrk ends with requests under way: a few of what was bought were not told of.
        assert paid <= sold <= total, f"{paid:.0f} told of, {sold} sold of {total}"
        on_sale.line("three shows", first, cpu, memory, f"{first['paid'] / first['seconds']:,.0f} captured/s")
        seconds = sum(report["seconds"] for report, _ in runs)
        wrk_cpu, cpu = (sum(part) for part in zip(*((report["cpu"], spent) for report, spent in runs)))
        refused = sum(report["refused"] for report, _ in runs)
        print(
            f"  {sold:,} of {total:,} units sold in {len(runs)} runs, {seconds:.0f} s of load ({time.monotonic() - started:.0f} s in all), {refused:,.0f} refused, "
            f"cores {cpu / seconds:.2f} + {wrk_cpu / seconds:.2f} (wrk), {drained:.1f} s to come to rest  {on_sale.verdict(shop)}"
        )


if __name__ == "__main__":
    main()

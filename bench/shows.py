#!/usr/bin/env python3
"""Three shows of five categories, ordered and paid over 6,000 connections at once, to the last unit and beyond.

    cargo build --release --bin boxoffice --example check
    python3 bench/shows.py [--units 5000] [--connections 6000] [--seconds 20] [--programs target/release]

wrk orders units of random categories and pays each order. Then it orders over as many connections until every request is refused: each unit of each
category must be sold or held, and none more, and the checker reads all that was kept. Needs Python 3 and wrk. One process on
embedded engines; the load generator is on the same machine, so its processor time is shown beside that of the marketplace.
"""

import argparse
import resource
from pathlib import Path

import market
import on_sale

SHOWS = 3
PRICES = (20.5, 35, 50, 80, 120)
BUYERS = 512
# Runs of orders after which the shows must be sold out.
RUNS_MAX = 60


def offered(shop, units):
    """The seller, the ids of the shows, and those of all tickets."""
    seller = shop.sign_up("seller")
    categories = [{"title": f"Category {number}", "price": price, "quantity": units} for number, price in enumerate(PRICES, 1)]
    show = {"venue": {"name": "Town Hall", "timeZone": "Europe/Berlin"}, "startsAt": "2035-06-01T18:00:00Z", "tickets": categories}
    made = [seller.create("/api/shows", show | {"title": f"Night {number}"}) for number in range(1, SHOWS + 1)]
    return seller, [one["id"] for one in made], [ticket["id"] for one in made for ticket in one["tickets"]]


def sold_out(shop, files, arguments):
    """Orders until every request of a run is refused; answers how many were."""
    for _ in range(RUNS_MAX):
        report, _ = on_sale.timed(shop, files, argparse.Namespace(seconds=5), arguments.connections)
        if report["requests"] == report["refused"] > 0:
            return report["refused"]
    raise AssertionError("the shows do not sell out")


def taken(shop, seller, shows, units):
    """Units sold and held, each category at rest: none of it is left, and none is taken twice."""
    sold = held = 0
    # It was idle for longer than the marketplace keeps a connection.
    seller.connection.close()
    for show in shows:
        for category in seller.show(f"/api/shows/{show}/sales")["categories"]:
            assert category["sold"] + category["held"] == category["offered"] == units, category
            sold, held = sold + category["sold"], held + category["held"]
    return sold, held


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=5_000, help="of each category")
    parser.add_argument("--connections", type=int, default=6_000)
    parser.add_argument("--seconds", type=int, default=20, help="in which orders are paid")
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
            report, cpu = on_sale.timed(shop, files, arguments, arguments.connections, "life.lua")
            on_sale.line("three shows", report, cpu, shop.memory_mib(), f"{report['paid'] / report['seconds']:,.0f} captured/s")
            refused = sold_out(shop, files, arguments)
        drained, memory = on_sale.quiet(shop), shop.memory_mib()
        sold, held = taken(shop, seller, shows, arguments.units)
        # A run of wrk ends with requests under way: some payments were not told of.
        assert report["paid"] <= sold, f"{report['paid']:.0f} told of, {sold} sold"
        print(
            f"  {sold:,} units sold and {held:,} held of {arguments.units * len(tickets):,}; {refused:,.0f} orders refused in the last run, "
            f"{drained:.1f} s to come to rest, memory {memory:.0f} MiB  {on_sale.verdict(shop)}"
        )


if __name__ == "__main__":
    main()

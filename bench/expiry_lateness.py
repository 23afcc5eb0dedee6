#!/usr/bin/env python3
"""How late orders expire: makes orders that are due in the same minute, and reads the lateness off /metrics.

    cargo build --release
    python3 bench/expiry_lateness.py [--orders 10000] [--window 20s]

Starts the marketplace on a throw-away data directory and a free loopback port; stops by itself. Needs Python 3 only.
"""

import argparse
import threading
import time

from market import market

CONNECTIONS = 16
LATENESS = 'order_expiry_lateness_seconds_bucket{le="'


def buckets(shop):
    """The cumulative histogram of lateness: upper bound in seconds -> orders."""
    return {float(name.removeprefix(LATENESS).removesuffix('"}').replace("+Inf", "inf")): count
            for name, count in shop.metrics().items() if name.startswith(LATENESS)}


def run(orders, window):
    with market("--order-window", window, "--hold-limit", "0", "--hold-limit-total", "0") as shop:
        seller = shop.sign_up("seller")
        offer = {"title": "Concert", "price": 5, "quantity": orders}
        ticket = seller.create("/api/tickets", offer)["id"]
        buyers = [shop.sign_up(f"buyer-{at}") for at in range(CONNECTIONS)]
        started = time.monotonic()

        def buy(buyer, count):
            for _ in range(count):
                buyer.create("/api/orders", {"ticketId": ticket})

        share = orders // CONNECTIONS
        threads = [threading.Thread(target=buy, args=(buyer, share)) for buyer in buyers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        made, total = share * CONNECTIONS, time.monotonic() - started
        print(f"orders made            {made} in {total:.1f} s, window {window}")
        bound = time.monotonic() + 120
        while time.monotonic() < bound:
            if buckets(shop).get(float("inf"), 0) >= made:
                break
            time.sleep(0.2)
        lateness = buckets(shop)
        for share in (0.5, 0.99, 0.999, 1.0):
            at_most = min(b for b, count in lateness.items() if count >= share * made)
            print(f"p{share * 100:<5g} lateness        <= {at_most} s")
        while seller.show(f"/api/tickets/{ticket}")["available"] != orders:
            assert time.monotonic() < bound, "units are missing"
            time.sleep(0.05)
        print(f"units back on offer    {orders} of {orders}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--window", default="20s")
    arguments = parser.parse_args()
    run(arguments.orders, arguments.window)

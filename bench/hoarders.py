#!/usr/bin/env python3
"""Counts the honest buyers that get a ticket within a minute while many accounts hold as many units as the limits allow and never pay.

    cargo build --release --bin boxoffice
    python3 bench/hoarders.py [CASE ...] [--limits old|new|both] [--honest COUNT] [--programs target/release]

One ticket of 10,000 units. Hoarders order as many units as the limits allow, and renew their holds with a cancellation and an order sent together.
Honest buyers arrive over a minute, each from a network of its own, want one or two units, retry every two seconds, and pay. Each case runs with the
limits of production (`new`) and with 100 units a ticket as the only limit (`old`). All requests come over loopback: addresses are those of
X-Forwarded-For, as one trusted proxy adds it. Needs Python 3 only.
"""

import argparse
import heapq
import itertools
import json
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import market

UNITS = 10_000
# Seconds over which honest buyers arrive, and in which an order counts.
MINUTE = 60.0
WINDOW = "60s"
RENEWED_EVERY = 50.0
RETRIED_EVERY = 2.0
HONEST = 600
# Requests under way at once.
WORKERS = 24
# Production's limits, set in development mode: production mode requires https cookies and a key file.
NEW = ("--hold-limit", "8", "--hold-limit-total", "20", "--unpaid-limit", "2", "--network-hold-share", "5")
OLD = ("--hold-limit", "100", "--hold-limit-total", "0", "--unpaid-limit", "0", "--network-hold-share", "0")
COMMON = ("--order-window", WINDOW, "--trusted-proxies", "1", "--order-limit", "30", "--address-limit", "300")
# Sizes that a hoarder tries, the largest first.
SIZES = (100, 90, 50, 20, 8, 4, 1)

CASES = {
    # Accounts, and the addresses they come from in turn.
    "site": (100, [f"2001:db8:77:{n}::9" for n in range(4)]),
    "addresses": (100, [f"203.0.113.{n}" for n in range(1, 5)]),
    "crowd": (1_000, [f"11.{n}.7.9" for n in range(50)]),
}


class Caller:
    """Calls over a connection of each thread's own."""

    def __init__(self, host):
        self.host, self.own = host, threading.local()

    def call(self, user, method, path, body=None):
        [answer] = self.calls(user, (method, path, body))
        return answer

    def calls(self, user, *calls):
        """Sends all requests at once on one connection; the server handles them in order, without a client's pause in between."""
        if not hasattr(self.own, "reader"):
            self.own.socket = socket.create_connection(self.host.split(":"))
            self.own.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.own.reader = self.own.socket.makefile("rb")
        self.own.socket.sendall(b"".join(self._written(user, *call) for call in calls))
        return [self._read() for _ in calls]

    def _written(self, user, method, path, body):
        text = json.dumps(body) if body else ""
        headers = {"Host": self.host, "Cookie": user.cookie, "X-Forwarded-For": user.address, "Content-Length": len(text)}
        if body:
            headers["Content-Type"] = "application/json"
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", text]
        return "\r\n".join(lines).encode()

    def _read(self):
        status, length = int(self.own.reader.readline().split()[1]), 0
        while line := self.own.reader.readline().strip().lower():
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, self.own.reader.read(length).decode()


class Timetable:
    """Steps that are due at some time, done by a pool; a step may put further steps on it."""

    def __init__(self):
        self.steps, self.number, self.changed = [], itertools.count(), threading.Condition()

    def at(self, due, step):
        with self.changed:
            heapq.heappush(self.steps, (due, next(self.number), step))
            self.changed.notify()

    def run(self, until):
        def work():
            while True:
                with self.changed:
                    while True:
                        now = time.monotonic()
                        if now >= until:
                            return
                        if self.steps and self.steps[0][0] <= now:
                            step = heapq.heappop(self.steps)[2]
                            break
                        due = self.steps[0][0] if self.steps else until
                        self.changed.wait(max(0.0, min(due, until) - now))
                step()

        with ThreadPoolExecutor(WORKERS) as pool:
            for done in [pool.submit(work) for _ in range(WORKERS)]:
                done.result()


def sign_up(shop, name, address):
    user = shop.sign_up(name)
    user.connection.close()
    user.address = address
    return user


class Hoarder:
    def __init__(self, user, ticket, caller, timetable):
        self.user, self.ticket, self.caller, self.timetable = user, ticket, caller, timetable
        self.order, self.sizes = None, SIZES

    def step(self):
        """Cancels the order and places a new one of the largest allowed size in one write; then tries smaller sizes; then retries later."""
        calls = [("DELETE", f"/api/orders/{self.order}", None)] if self.order else []
        sizes = self.sizes if self.order else (self.sizes[0], 1)
        self.order = None
        for size in sizes:
            calls.append(("POST", "/api/orders", {"ticketId": self.ticket, "quantity": size}))
            status, text = self.caller.calls(self.user, *calls)[-1]
            calls = []
            if status == 201:
                self.order = json.loads(text)["id"]
                break
            if json.loads(text)["code"] == "hold_limit" and size > 1:
                self.sizes = tuple(known for known in self.sizes if known < size)
        self.timetable.at(time.monotonic() + (RENEWED_EVERY if self.order else RETRIED_EVERY), self.step)


class Honest:
    def __init__(self, user, ticket, units, caller, timetable, arrives):
        self.user, self.ticket, self.units, self.caller, self.timetable = user, ticket, units, caller, timetable
        self.arrives, self.got, self.tries, self.codes = arrives, None, 0, set()

    def step(self):
        self.tries += 1
        status, text = self.caller.call(self.user, "POST", "/api/orders", {"ticketId": self.ticket, "quantity": self.units})
        if status == 201:
            self.got = time.monotonic()
            order = json.loads(text)["id"]
            # Typing a card's number takes a while.
            self.timetable.at(self.got + 8, lambda: self.caller.call(self.user, "POST", "/api/payments", {"orderId": order, "token": "tok_visa"}))
        else:
            self.codes.add(json.loads(text)["code"])
            self.timetable.at(time.monotonic() + RETRIED_EVERY, self.step)


def played(case, limits, honest):
    accounts, addresses = CASES[case]
    with ExitStack() as stack:
        shop = stack.enter_context(market.market(*COMMON, *limits))
        seller = shop.sign_up("seller")
        ticket = seller.create("/api/tickets", {"title": "Concert", "price": 20.5, "quantity": UNITS})["id"]
        with ThreadPoolExecutor(2) as pool:
            hoarding = list(pool.map(lambda n: sign_up(shop, f"hoarder-{n}", addresses[n % len(addresses)]), range(accounts)))
            buying = list(pool.map(lambda n: sign_up(shop, f"honest-{n}", f"12.{n // 250}.{n % 250}.7"), range(honest)))
        caller, timetable, chance = Caller(shop.host), Timetable(), random.Random(1)
        now = time.monotonic()
        # The sale opens: hoarders order within two seconds, before the first honest buyer.
        for number, user in enumerate(hoarding):
            timetable.at(now + number * 2 / accounts, Hoarder(user, ticket, caller, timetable).step)
        opened = now + 3
        buyers = []
        for number, user in enumerate(buying):
            buyer = Honest(user, ticket, chance.choice((1, 2)), caller, timetable, opened + number * MINUTE / honest)
            timetable.at(buyer.arrives, buyer.step)
            buyers.append(buyer)
        # Each buyer has a minute from arrival.
        timetable.run(opened + 2 * MINUTE)
        within = [buyer for buyer in buyers if buyer.got and buyer.got - buyer.arrives <= MINUTE]
        first = [buyer for buyer in buyers if buyer.got and buyer.got <= opened + MINUTE]
        refused = sorted(set().union(*(buyer.codes for buyer in buyers)))
        return len(within) / len(buyers), len(first) / len(buyers), sum(buyer.tries for buyer in buyers), refused


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--programs", type=Path, default=market.PROGRAMS)
    parser.add_argument("--honest", type=int, default=HONEST)
    parser.add_argument("--limits", choices=("old", "new", "both"), default="both")
    chosen = parser.parse_args()
    market.PROGRAMS = chosen.programs
    for case in chosen.cases or CASES:
        accounts, addresses = CASES[case]
        for name, limits in (("old", OLD), ("new", NEW)):
            if chosen.limits in (name, "both"):
                own, first, tries, refused = played(case, limits, chosen.honest)
                print(
                    f"{case:<10} {accounts:>5} hoarders, {len(addresses):>2} addresses, limits {name}: {first:.1%} of {chosen.honest} honest buyers have an order "
                    f"at the end of the first minute, {own:.1%} within a minute of their arrival; {tries} tries, refused: {', '.join(refused) or 'none'}",
                    flush=True,
                )

#!/usr/bin/env python3
"""Pages and streams of the storefront, beside a constant body and beside a sale without streams, and the first visit of a page.

    cargo build --release --bin boxoffice --example check
    python3 bench/pages.py rates [--rounds 5] [--seconds 3]
    python3 bench/pages.py streams [--streams 10000] [--rounds 5] [--seconds 3]
    python3 bench/pages.py paint [--visits 15]

`rates` alternates between the smallest constant body, the list and a show. `streams` opens streams of one ticket, shows what each costs and how soon a
change reaches all, then compares the processor time of an order with and without them, in alternation. `paint` visits the list and a show in
Chromium, each time with an empty cache over a slow connection, and shows when the largest part of the page was painted. One process on embedded
engines; the load generator, the readers of the streams and Chromium are on the same machine. Needs Python 3; `rates` and `streams` need wrk, and
`paint` needs Chromium and ChromeDriver.
"""

import argparse
import multiprocessing
import resource
import selectors
import socket
import statistics
import time
from pathlib import Path

import chromium
import market as markets
import on_sale

SHOWS = 24
PRICES = (20.5, 35, 80)
READERS = 2
CONNECTIONS = 64

# A slow mobile connection: the time until a response begins in ms, and bytes per second (1.6 Mbit/s down, 750 kbit/s up).
CONNECTION = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}

# The time of the last candidate for the largest part, in ms after the start of the navigation, once nothing more is loading.
PAINT = """
    const done = arguments[arguments.length - 1];
    new PerformanceObserver((list) => {
      const entry = list.getEntries().at(-1);
      done([entry.startTime, entry.element?.tagName ?? ""]);
    }).observe({ type: "largest-contentful-paint", buffered: true });"""


def season(shop):
    """The ids of shows with three categories each, once the list has them all."""
    seller = shop.sign_up("seller")
    categories = [{"title": f"Category {number}", "price": price, "quantity": 1_000} for number, price in enumerate(PRICES, 1)]
    show = {"venue": {"name": "Town Hall", "timeZone": "Europe/Berlin"}, "startsAt": "2035-06-01T18:00:00Z", "tickets": categories}
    shows = [seller.create("/api/shows", show | {"title": f"Night {number}"})["id"] for number in range(1, SHOWS + 1)]
    bound = time.monotonic() + 30
    while seller.call("GET", "/")[1].count('class="ticket') < SHOWS:
        assert time.monotonic() < bound, "the list does not have all shows"
        time.sleep(0.05)
    return shows


def rates(arguments):
    with markets.market() as shop:
        paths = {"constant body": "/health/live", "list": "/", "show": f"/shows/{season(shop)[0]}"}
        found = {name: [] for name in paths}
        for _ in range(arguments.rounds):
            for name, path in paths.items():
                before = shop.cpu_seconds()
                report = markets.wrk(shop.host, "get.lua", ".", arguments.seconds, CONNECTIONS, TARGET=path)
                assert report["refused"] + report["broken"] + report["timeouts"] == 0, report
                found[name].append((report["rate"], (shop.cpu_seconds() - before) / report["requests"] * 1e6))
    constant = statistics.median(rate for rate, _ in found["constant body"])
    for name, measured in found.items():
        rate, cpu = (statistics.median(values) for values in zip(*measured))
        print(f"{name:<14} {rate:>8,.0f}/s  {rate / constant:>5.0%} of the constant body  {cpu:.1f} µs of processor time a response")


def read(host, ticket, count, pipe):
    """Opens streams of a ticket, and reports when each of them had a frame after the first one."""
    address, port = host.split(":")
    head = f"GET /live?topics=ticket:{ticket} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n\r\n".encode()
    chosen = selectors.DefaultSelector()
    for _ in range(count):
        stream = socket.create_connection((address, int(port)))
        stream.sendall(head)
        stream.setblocking(False)
        chosen.register(stream, selectors.EVENT_READ)
    waiting = set()

    def drained(until):
        """Reads what has arrived; the streams with an event."""
        told = set()
        while (left := until - time.monotonic()) > 0:
            for key, _ in chosen.select(min(left, 0.05)):
                bytes_read = key.fileobj.recv(65_536)
                assert bytes_read, "a stream ended"
                if b"event: " in bytes_read:
                    told.add(key.fd)
            if waiting and waiting <= told:
                return told
        return told

    first = drained(time.monotonic() + 15)
    pipe.send(len(first))
    waiting = first
    while pipe.recv() == "watch":
        told = drained(time.monotonic() + 10)
        pipe.send((len(told), time.monotonic()))
    # Until the end every stream is read, as a browser does; the pauses keep the readers' wake-ups out of the server's processor time.
    while not pipe.poll(0.2):
        for key, _ in chosen.select(0):
            assert key.fileobj.recv(65_536), "a stream ended"


class Streams:
    """Streams that other processes read."""

    def __init__(self, host, ticket, count):
        self.readers = []
        for _ in range(READERS):
            own, other = multiprocessing.Pipe()
            reader = multiprocessing.Process(target=read, args=(host, ticket, count // READERS, other), daemon=True)
            reader.start()
            self.readers.append((reader, own))
        self.open = sum(pipe.recv() for _, pipe in self.readers)

    def watch(self, change):
        """Seconds until all have seen a change, and how many did."""
        for _, pipe in self.readers:
            pipe.send("watch")
        began = time.monotonic()
        change()
        told = [pipe.recv() for _, pipe in self.readers]
        return max(at for _, at in told) - began, sum(count for count, _ in told)

    def keep_reading(self):
        for _, pipe in self.readers:
            pipe.send("read")

    def close(self):
        for reader, _ in self.readers:
            reader.terminate()
            reader.join()


def ended(shop):
    """Waits until the process has no stream: it notices closed ones at their next heartbeat, and allows a network so many."""
    bound = time.monotonic() + 60
    while any(value for name, value in shop.metrics().items() if name.startswith("live_streams")):
        assert time.monotonic() < bound, "streams are still open"
        time.sleep(0.5)


def per_order(shop, files, seconds):
    before = shop.cpu_seconds()
    report = markets.wrk(shop.orders_host, "order.lua", files, seconds, CONNECTIONS)
    on_sale.quiet(shop)
    return (shop.cpu_seconds() - before) / report["requests"] * 1e6


def streams(arguments):
    files_max = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files_max, files_max))
    with markets.market("--order-window", on_sale.WINDOW) as shop:
        # One for each round, so that none is sold out.
        tickets, users = on_sale.offers(shop, arguments.rounds, on_sale.UNITS_MAX), on_sale.buyers_of(shop)
        on_sale.becomes_visible(shop, tickets)
        memory = shop.memory_mib("VmRSS")
        opened = Streams(shop.host, tickets[0], arguments.streams)
        each = (shop.memory_mib("VmRSS") - memory) * 1024 / opened.open
        order = {"ticketId": tickets[0]}
        found = [opened.watch(lambda: users[0].create("/api/orders", order)) for _ in range(5)]
        opened.close()
        ended(shop)
        slowest = max(seconds for seconds, _ in found)
        reached = min(count for _, count in found)
        print(f"{opened.open:,} streams, {each:.1f} KiB each; a change reached {reached:,} of them within {slowest:.2f} s")
        without, among = [], []
        for ticket in tickets:
            with markets.load(users, [ticket]) as files:
                markets.wrk(shop.orders_host, "order.lua", files, 1, CONNECTIONS)
                on_sale.quiet(shop)
                without.append(per_order(shop, files, arguments.seconds))
                opened = Streams(shop.host, ticket, arguments.streams)
                opened.keep_reading()
                among.append(per_order(shop, files, arguments.seconds))
                opened.close()
                ended(shop)
            print(f"{without[-1]:.1f} µs without, {among[-1]:.1f} µs with them", flush=True)
        pairs = [after / before - 1 for before, after in zip(without, among)]
        medians = statistics.median(without), statistics.median(among)
        print(f"an order takes {medians[0]:.1f} µs without and {medians[1]:.1f} µs with them; of the pairs {statistics.median(pairs):+.1%}")
        print(on_sale.verdict(shop))


def paint(arguments):
    with markets.market() as shop, chromium.window() as browser:
        pages = {"list": "/", "show": f"/shows/{season(shop)[0]}"}
        found = {name: [] for name in pages}
        browser.devtools("Network.enable")
        browser.devtools("Network.emulateNetworkConditions", **CONNECTION)
        # The first visit also starts parts of Chromium, and is not counted.
        for number in range(arguments.visits + 1):
            for name, path in pages.items():
                # A page of another site before each visit: no connection is open, as on a first visit.
                browser.open("about:blank")
                browser.devtools("Network.clearBrowserCache")
                browser.open(f"http://{shop.host}{path}")
                visit = browser.run(PAINT)
                if number > 0:
                    found[name].append(visit)
        for name, visits in found.items():
            times = sorted(at for at, _ in visits)
            largest = statistics.mode(element for _, element in visits)
            print(f"{name:<5} {statistics.median(times):>5,.0f} ms until the largest part ({largest}) is painted, {times[0]:,.0f} to {times[-1]:,.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", choices=("rates", "streams", "paint"))
    parser.add_argument("--streams", type=int, default=10_000)
    parser.add_argument("--visits", type=int, default=15)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--programs", type=Path, default=markets.PROGRAMS)
    chosen = parser.parse_args()
    markets.PROGRAMS = chosen.programs
    {"rates": rates, "streams": streams, "paint": paint}[chosen.scenario](chosen)

#!/usr/bin/env python3
"""Owed mails that drain into a sink, and their cost for an order.

    python3 bench/owed_mails.py drain [--mails 100000] [--rate 1000]
    python3 bench/owed_mails.py orders [--mails 100000] [--pairs 10] [--seconds 5]

`drain` starts a marketplace that owes mails, and waits until the sink has all of them. `orders` alternates hot orders
without owed mails and with them, at the default rate of 100 mails a second; the sink is another process. Build first:
cargo build --release -p marketplace --bin boxoffice --example owe_mails. Needs Python 3 and wrk.
"""

import argparse
import multiprocessing
import socketserver
import statistics
import subprocess
import tempfile
import time

import market as markets
import on_sale

OWE_MAILS = markets.PROGRAMS / "examples/owe_mails"


class Conversation(socketserver.StreamRequestHandler):
    """An SMTP server that accepts everything and counts mails."""

    def handle(self):
        self.request.setsockopt(6, 1, 1)
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self.wfile.write(b"354 go\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
                with self.server.count.get_lock():
                    self.server.count.value += 1
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class Sink:
    """The server in a process of its own, so that its work is not that of the marketplace."""

    def __init__(self):
        self.count = multiprocessing.Value("L", 0)
        server = Server(("127.0.0.1", 0), Conversation)
        server.count = self.count
        self.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        self.process = multiprocessing.Process(target=server.serve_forever, daemon=True)
        self.process.start()
        server.socket.close()


def owing(directory, mails):
    if mails:
        subprocess.run([OWE_MAILS, directory, str(mails)], check=True)


def drain(mails, rate):
    sink = Sink()
    with tempfile.TemporaryDirectory() as directory:
        owing(directory, mails)
        shop = markets.Market(directory, ["--smtp-url", sink.url, "--mail-rate", str(rate)])
        began, before = time.monotonic(), shop.cpu_seconds()
        while sink.count.value < mails:
            time.sleep(0.1)
        took, used = time.monotonic() - began, shop.cpu_seconds() - before
        shop.stop()
    print(f"{mails} mails in {took:.1f} s, {mails / took:.0f} a second, {used / mails * 1e6:.0f} µs of processor time each")


def order(mails, seconds):
    sink = Sink()
    with tempfile.TemporaryDirectory() as directory:
        owing(directory, mails)
        shop = markets.Market(directory, ["--smtp-url", sink.url, "--order-window", on_sale.WINDOW])
        tickets, users = on_sale.offers(shop, 1, on_sale.UNITS_MAX), on_sale.buyers_of(shop, 64)
        on_sale.becomes_visible(shop, tickets)
        with markets.load(users, tickets) as files:
            markets.wrk(shop.orders_host, "order.lua", files, 1, 64)
            sent, before = sink.count.value, shop.cpu_seconds()
            report = markets.wrk(shop.orders_host, "order.lua", files, seconds, 64)
            used, sent = shop.cpu_seconds() - before, sink.count.value - sent
        shop.stop()
    wrong = report["refused"] + report["broken"] + report["timeouts"]
    assert wrong == 0, f"{wrong:.0f} requests failed"
    return used / report["requests"] * 1e6, sent / seconds


def orders(mails, pairs, seconds):
    changes = []
    for pair in range(pairs):
        found = {}
        for count in (0, mails) if pair % 2 == 0 else (mails, 0):
            found[count] = order(count, seconds)
        (without, _), (beside, rate) = found[0], found[mails]
        changes.append(beside / without - 1)
        print(f"{without:.1f} µs without, {beside:.1f} µs beside {rate:.0f} mails a second, {changes[-1]:+.1%}", flush=True)
    print(f"median {statistics.median(changes):+.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("drain", "orders"))
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=1_000)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=5)
    chosen = parser.parse_args()
    if chosen.what == "drain":
        drain(chosen.mails, chosen.rate)
    else:
        orders(chosen.mails, chosen.pairs, chosen.seconds)

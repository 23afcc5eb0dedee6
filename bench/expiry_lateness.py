#!/usr/bin/env python3
"""How late orders expire: makes orders that are due in the same minute, and reads the lateness off /metrics.

    cargo build --release
    python3 bench/expiry_lateness.py [--orders 10000] [--window 20s]

Starts the marketplace on a throw-away data directory and a free loopback port; stops by itself. Needs Python 3 only.
"""

import argparse
import http.client
import json
import subprocess
import tempfile
import threading
import time
from pathlib import Path

CONNECTIONS = 16
PROGRAM = Path(__file__).resolve().parent.parent / "target/release/boxoffice"


class Client:
    """One connection of one user."""

    def __init__(self, host):
        self.connection = http.client.HTTPConnection(host, timeout=30)
        self.cookie = ""

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        self.connection.request(method, path, json.dumps(body) if body else None, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        cookies = [cookie.split(";")[0] for cookie in response.msg.get_all("Set-Cookie", [])]
        self.cookie = next((cookie for cookie in cookies if "session=" in cookie), self.cookie)
        return response.status, text

    def create(self, path, body):
        status, text = self.call("POST", path, body)
        assert status == 201, text
        return json.loads(text)


def sign_up(host, name):
    client = Client(host)
    client.create("/api/users/signup", {"email": f"{name}@example.com", "password": "a fine password"})
    return client


def buckets(host):
    """The cumulative histogram of lateness: upper bound in seconds -> orders."""
    _, text = Client(host).call("GET", "/metrics")
    found = {}
    for line in text.splitlines():
        if line.startswith("order_expiry_lateness_seconds_bucket"):
            bound, count = line.split('le="')[1].split('"} ')
            found[float(bound.replace("+Inf", "inf"))] = int(count)
    return found


def run(orders, window):
    with tempfile.TemporaryDirectory() as data_dir:
        command = [PROGRAM, "--port", "0", "--data-dir", data_dir, "--order-window", window, "--hold-limit", "0", "--hold-limit-total", "0"]
        marketplace = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            host = next(w for w in marketplace.stdout.readline().split() if "//" in w).split("//")[1]
            seller = sign_up(host, "seller")
            offer = {"title": "Concert", "price": 5, "quantity": orders}
            ticket = seller.create("/api/tickets", offer)["id"]
            buyers = [sign_up(host, f"buyer-{at}") for at in range(CONNECTIONS)]
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
                if buckets(host).get(float("inf"), 0) >= made:
                    break
                time.sleep(0.2)
            lateness = buckets(host)
            for share in (0.5, 0.99, 0.999, 1.0):
                at_most = min(b for b, count in lateness.items() if count >= share * made)
                print(f"p{share * 100:<5g} lateness        <= {at_most} s")
            while json.loads(seller.call("GET", f"/api/tickets/{ticket}")[1])["available"] != orders:
                assert time.monotonic() < bound, "units are missing"
                time.sleep(0.05)
            print(f"units back on offer    {orders} of {orders}")
        finally:
            marketplace.terminate()
            marketplace.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--window", default="20s")
    arguments = parser.parse_args()
    run(arguments.orders, arguments.window)

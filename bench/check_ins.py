#!/usr/bin/env python3
"""Measures check-ins by gates: each scan by itself over some connections, and entries that a gate delivers in batches.

    cargo build --release --bin boxoffice
    python3 bench/check_ins.py [--scans 3000] [--connections 16] [--programs target/release]

One show, in one process on embedded engines. Each scan is of an admission of its own, with a static code; every second gate has a key of its own. The
last line compares the counts of the door with the scans. Needs Python 3 only.
"""

import argparse
import datetime
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import market

# Units in one order, the most.
ORDER_UNITS = 100
# Scans in one delivery, the most.
BATCH_SCANS = 500
GATES = 2
PLACE = {"name": "Town Hall", "timeZone": "Europe/Berlin"}


class Gate:
    """A gate with a connection of its own."""

    def __init__(self, host, key):
        self.connection = http.client.HTTPConnection(host, timeout=60)
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def call(self, method, path, body=None):
        self.connection.request(method, path, json.dumps(body) if body else None, self.headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        assert response.status == 200, f"{path}: {response.status} {text}"
        return json.loads(text)


def codes(shop, seller, units):
    """A show, and the codes of this number of admissions."""
    tickets = [{"title": "Floor", "price": 0, "quantity": units}]
    show = seller.create("/api/shows", {"title": "Concert", "venue": PLACE, "startsAt": "2035-06-01T18:00:00Z", "tickets": tickets})["id"]
    ticket = seller.show(f"/api/shows/{show}")["tickets"][0]["id"]
    buyer = shop.sign_up("buyer")
    while buyer.call("POST", "/api/orders", {"ticketId": ticket, "quantity": ORDER_UNITS})[0] == 404:
        time.sleep(0.1)
    for _ in range(units // ORDER_UNITS - 1):
        buyer.create("/api/orders", {"ticketId": ticket, "quantity": ORDER_UNITS})
    found = []
    while len(found) < units:
        found, path = [], f"/api/admissions?ticket={ticket}&limit=100"
        while path:
            buyer.connection.request("GET", path, headers={"Cookie": buyer.cookie})
            response = buyer.connection.getresponse()
            found += [admission["id"] for admission in json.loads(response.read())]
            link = response.headers.get("Link")
            path = link[link.index("<") + 1:link.index(">")] if link else None
    return show, [buyer.show(f"/api/admissions/{admission}/code")["code"] for admission in found]


def one_by_one(host, keys, scans, connections):
    gates = [Gate(host, keys[number % len(keys)]) for number in range(connections)]
    waits = []

    def work(number):
        for scan in scans[number::connections]:
            began = time.monotonic()
            result = gates[number].call("POST", "/api/check-ins", scan)["result"]
            waits.append(time.monotonic() - began)
            assert result == "admitted", result

    began = time.monotonic()
    with ThreadPoolExecutor(connections) as pool:
        for done in [pool.submit(work, number) for number in range(connections)]:
            done.result()
    return len(scans) / (time.monotonic() - began), sorted(waits)


def in_batches(host, key, scans):
    gate, at = Gate(host, key), datetime.datetime.now(datetime.UTC).isoformat()
    began = time.monotonic()
    for start in range(0, len(scans), BATCH_SCANS):
        batch = [scan | {"at": at} for scan in scans[start:start + BATCH_SCANS]]
        results = gate.call("POST", "/api/check-ins/batch", {"scans": batch})
        assert all(scan["result"] == "admitted" for scan in results)
    return len(scans) / (time.monotonic() - began)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", type=int, default=3_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--programs", type=Path, default=market.PROGRAMS)
    options = parser.parse_args()
    limits = ("--hold-limit", "100000", "--hold-limit-total", "0", "--network-hold-share", "0", "--address-limit", "0", "--order-limit", "0")
    with market.market(*limits, program=options.programs / "boxoffice") as shop:
        seller = shop.sign_up("seller")
        show, found = codes(shop, seller, 2 * options.scans)
        made = [seller.create("/api/gates", {"name": f"Gate {number}", "showId": show}) for number in range(GATES)]
        keys = [f"{gate['id']}.{gate['key']}" for gate in made]
        scans = [{"code": code, "scanId": str(number)} for number, code in enumerate(found)]
        before = shop.cpu_seconds()
        rate, waits = one_by_one(shop.host, keys, scans[:options.scans], options.connections)
        cpu = (shop.cpu_seconds() - before) / options.scans * 1e6
        median, late = (waits[len(waits) * share // 100] * 1e3 for share in (50, 99))
        print(f"one by one: {rate:,.0f} scans/s, median {median:.1f} ms, 99 % {late:.1f} ms, {cpu:.0f} us of processor time a scan")
        before = shop.cpu_seconds()
        rate = in_batches(shop.host, keys[0], scans[options.scans:])
        cpu = (shop.cpu_seconds() - before) / options.scans * 1e6
        print(f"in batches of {BATCH_SCANS}: {rate:,.0f} scans/s, {cpu:.0f} us of processor time a scan")
        counts = Gate(shop.host, keys[0]).call("GET", "/api/check-ins/counts")
        print(f"counts: {counts}")
        assert counts["used"] == counts["issued"] == 2 * options.scans


main()

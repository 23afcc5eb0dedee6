#!/usr/bin/env python3
"""On-sale speed of the whole marketplace: every order is on disk before it is answered.

    cargo build --release --workspace --bins --examples
    python3 bench/on_sale.py [SCENARIO ...] [--engines embedded|servers] [--seconds 5]

In one process on embedded engines, or its services as processes on the servers of the tests. Needs Python 3 and wrk (https://github.com/wg/wrk;
Debian package wrk); `overload` needs h2load (nghttp2-client), the servers need nginx. Loopback only; the load generator is on the same machine.
After each run the checker reads all that was kept.
"""

import argparse
import os
import platform
import resource
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import market as markets
from market import Client, Market, Processes, load, wrk
from servers import services

BUYERS = 64
UNITS_MAX = 200_000
WINDOW = "10m"
# Few buyers and one address represent many, so the limits on unpaid holds are off.
for name in ("HOLD_LIMIT", "HOLD_LIMIT_TOTAL", "UNPAID_LIMIT", "NETWORK_HOLD_SHARE"):
    os.environ.setdefault(name, "0")
# As many as the system lets one process have open, with room for what else it opens.
IDLE_CONNECTIONS = min(20_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 1_000)
# Times the capacity.
OVERLOAD = (1, 2, 4, 10)
# More than may wait for a decision, so that some must be refused.
OVERLOAD_CONNECTIONS = 8_192
GROWN_ORDERS = 1_000_000
DUE_ORDERS = 100_000

# How a marketplace is started; `--engines` chooses.
market = markets.market


def offers(shop, count, units):
    seller = shop.sign_up("seller")
    offer = {"title": "Concert", "price": 20.5, "quantity": units}
    return [seller.create("/api/tickets", offer)["id"] for _ in range(count)]


def buyers_of(shop, count=BUYERS):
    return [shop.sign_up(f"buyer-{number}") for number in range(count)]


def becomes_visible(shop, tickets):
    """Waits until orders can be made of the newest ticket: its copy has reached orders."""
    buyer, bound = shop.sign_up("first"), time.monotonic() + 30
    while buyer.call("POST", "/api/orders", {"ticketId": tickets[-1]})[0] != 201:
        assert time.monotonic() < bound, "the offer does not reach orders"
        time.sleep(0.01)


def quiet(shop):
    """Seconds until everything that was said has been published and handled."""
    started, since, handled = time.monotonic(), time.monotonic(), -1
    while time.monotonic() - since < 1 or shop.outbox() > 0:
        assert time.monotonic() - started < 300, "the messages do not come to rest"
        if (now_handled := shop.handled()) != handled:
            handled, since = now_handled, time.monotonic()
        time.sleep(0.05)
    return since - started


def checked(shop):
    """What the checker says of a marketplace in which it finds nothing broken; on embedded engines it stops it first."""
    code, found = shop.violations()
    assert code == 0, found
    return found


def verdict(shop):
    checked(shop)
    return "violations 0"


def timed(shop, files, arguments, connections, script="order.lua", **variables):
    """What wrk measured, and the processor seconds that the marketplace took for it."""
    before = shop.cpu_seconds()
    host = shop.orders_host if script == "order.lua" else shop.host
    report = wrk(host, script, files, arguments.seconds, connections, **variables)
    return report, shop.cpu_seconds() - before


def shares(shop, before):
    """Of servers and services: the cores that each took."""
    wall = time.monotonic() - before[0]
    grown = {name: (after - before[1][name]) / wall for name, after in shop.shares().items()}
    return "".join(f"  {name} {cores:.2f}" for name, cores in sorted(grown.items(), key=lambda part: -part[1]))


def filled(shop, users, tickets, count, seconds):
    """Makes at least so many orders, for so many seconds at a time; answers how many."""
    made = 0
    with load(users, tickets) as files:
        while made < count:
            report = wrk(shop.orders_host, "order.lua", files, seconds, 256)
            made += int(report["requests"] - report["refused"])
    return made


def line(name, report, shop_cpu, memory, more=""):
    cores = (shop_cpu / report["seconds"], report["cpu"] / report["seconds"])
    print(
        f"{name:<22} {report['rate']:>8,.0f}/s  p50 {report['p50']:.2f} ms  p99 {report['p99']:.2f} ms  "
        f"p99.9 {report['p99.9']:.2f} ms  refused {report['refused']:.0f}  broken {report['broken'] + report['timeouts']:.0f}  "
        f"cores {cores[0]:.2f} + {cores[1]:.2f} (wrk)  memory {memory:.0f} MiB  {more}",
        flush=True,
    )


def batches(before, after):
    """Decisions a commit of the orders store, on average."""
    def grown(what):
        name = f'store_batch_decisions_{what}{{store="orders"}}'
        return after.get(name, 0) - before.get(name, 0)

    return grown("sum") / max(grown("count"), 1)


def measured(name, arguments, script="order.lua", count=1, units=UNITS_MAX, connections=64, items=1, buyers=BUYERS, window=WINDOW):
    with market("--order-window", window) as shop:
        tickets = offers(shop, count, units)
        users = buyers_of(shop, buyers)
        becomes_visible(shop, tickets)
        with load(users, tickets) as files:
            timed(shop, files, argparse.Namespace(seconds=1), connections, script, ITEMS=items)
            before, began = shop.metrics(), (time.monotonic(), shop.shares())
            report, cpu = timed(shop, files, arguments, connections, script, ITEMS=items)
        parts, after = shares(shop, began), shop.metrics()
        backlog = shop.outbox()
        drained, memory = quiet(shop), shop.memory_mib()
        more = f"{batches(before, after):.1f} decisions a commit  backlog {backlog:.0f}, {drained:.1f} s"
        if "paid" in report:
            more += f"  {report['paid'] / report['seconds']:,.0f} captured/s"
        line(name, report, cpu, memory, f"{more}  {verdict(shop)}{parts}")


def hot(arguments):
    measured("hot ticket", arguments)


def sold_out(arguments):
    """More buyers than units, to the last unit and beyond: exactly so many orders as units."""
    units = 4_000 * arguments.seconds
    with market("--order-window", WINDOW) as shop:
        [ticket] = offers(shop, 1, units)
        users = buyers_of(shop)
        becomes_visible(shop, [ticket])
        made, wall, report = 1, 0.0, None
        with load(users, [ticket]) as files:
            while report is None or report["requests"] > report["refused"]:
                report, cpu = timed(shop, files, arguments, 64)
                made, wall = made + report["requests"] - report["refused"], wall + report["seconds"]
                assert wall < 300, f"not sold out after {made} orders"
        memory = shop.memory_mib()
        quiet(shop)
        # Not all that were made were told of: a run of wrk ends with requests under way.
        found = checked(shop)
        orders = next(int(row.split()[1].rstrip(":")) for row in found.splitlines() if row.split()[0] == "orders")
        assert orders == units >= made, f"{orders} orders of {units} units, {made:.0f} told of\n{found}"
        line("sold out", report, cpu, memory, f"refusals; before: {orders:,} orders of {units:,} units  violations 0")


def many(arguments):
    measured("1,000 tickets", arguments, count=1_000)


def baskets(arguments):
    measured("three items", arguments, count=1_000, items=3)


def life(arguments):
    # Who pays waits until it is decided, so more of them are there at once.
    measured("order, pay, captured", arguments, script="life.lua", count=100, connections=512, buyers=512)


def browse(arguments):
    measured("90 % looking", arguments, script="browse.lua", count=1_000)


def crowd(arguments):
    measured("5,000 connections", arguments, connections=5_000)


def idle(arguments):
    """A normal load beside connections that nobody uses."""
    with market("--order-window", WINDOW) as shop:
        tickets = offers(shop, 1, UNITS_MAX)
        users = buyers_of(shop)
        becomes_visible(shop, tickets)
        address, before = shop.host.split(":"), shop.memory_mib("VmRSS")
        asking = f"GET /api/tickets/{tickets[0]} HTTP/1.1\r\nHost: {shop.host}\r\n\r\n".encode()
        connections, answered = [], 0
        for _ in range(IDLE_CONNECTIONS):
            connections.append(socket.create_connection(address))
            connections[-1].sendall(asking)
            answered += connections[-1].recv(4096).startswith(b"HTTP/1.1 200")
        each = (shop.memory_mib("VmRSS") - before) * 1024 / IDLE_CONNECTIONS
        with load(users, tickets) as files:
            report, cpu = timed(shop, files, arguments, 64)
        memory = shop.memory_mib()
        for connection in connections:
            connection.close()
        quiet(shop)
        more = f"{answered:,} of {IDLE_CONNECTIONS:,} answered and idle, {each:.1f} KiB each"
        line("beside idle ones", report, cpu, memory, f"{more}  {verdict(shop)}")


def growth(arguments):
    """The hot ticket with an empty store, and with a million orders in it."""
    with market("--order-window", "1h") as shop:
        tickets = offers(shop, -(-GROWN_ORDERS // UNITS_MAX) + 3, UNITS_MAX)
        users = buyers_of(shop)
        becomes_visible(shop, tickets)
        hot, filling, rates, made = (tickets[0], tickets[-1]), tickets[1:-1], [], 0
        for stage, ticket in zip(("empty store", "grown store"), hot):
            with load(users, [ticket]) as files:
                wrk(shop.orders_host, "order.lua", files, 1, 64)
                report, cpu = timed(shop, files, arguments, 64)
                rates.append(report["rate"])
                line(stage, report, cpu, shop.memory_mib(), f"{made:,} orders filled in")
            if stage == "empty store":
                started = time.monotonic()
                made = filled(shop, users, filling, GROWN_ORDERS, 10)
                quiet(shop)
                print(f"  {made:,} orders in {time.monotonic() - started:.0f} s")
        quiet(shop)
        size = sum(file.stat().st_size for file in Path(shop.data_dir).iterdir()) / 2**20
        print(f"  grown to empty: {rates[1] / rates[0]:.0%}  {size:,.0f} MiB on disk  {verdict(shop)}")


def due(arguments):
    """Orders that are all due when the marketplace starts, beside new ones."""
    with market("--order-window", "30s") as shop:
        tickets = offers(shop, 2, UNITS_MAX)
        users = buyers_of(shop)
        becomes_visible(shop, tickets)
        made = filled(shop, users, tickets[:1], DUE_ORDERS, 1)
        quiet(shop)
        shop.stop()
        # The last of them were made just now.
        time.sleep(31)
        shop.start()
        started, back = time.monotonic(), []

        def watch():
            onlooker = Client(shop.host)
            while onlooker.show(f"/api/tickets/{tickets[0]}")["available"] < UNITS_MAX:
                time.sleep(0.02)
            back.append(time.monotonic() - started)

        watching = threading.Thread(target=watch)
        watching.start()
        with load(users, tickets[1:]) as files:
            report, cpu = timed(shop, files, arguments, 8)
            line("beside those due", report, cpu, shop.memory_mib())
        watching.join()
        quiet(shop)
        print(f"  {made:,} orders due at once: cancelled and back on offer {back[0]:.1f} s after the start  {verdict(shop)}")


def overload(arguments):
    """Orders that arrive at once, twice, four times and ten times as fast as they can be made, whatever becomes of those before."""
    with market("--order-window", WINDOW) as shop:
        tickets = offers(shop, 1 + len(OVERLOAD), UNITS_MAX)
        [buyer] = buyers_of(shop, 1)
        becomes_visible(shop, tickets)
        capacity = arrivals(shop, buyer, tickets[0], arguments.seconds, 64, None)["good"]
        print(f"capacity (64 connections, each asks when it was answered): {capacity:,.0f}/s")
        for times, ticket in zip(OVERLOAD, tickets[1:]):
            found = arrivals(shop, buyer, ticket, arguments.seconds, OVERLOAD_CONNECTIONS, times * capacity)
            print(
                f"{times:>3} x  asked {found['asked']:>8,.0f}/s  good {found['good']:>8,.0f}/s  p50 {found['good p50']:.0f} ms  p99 {found['good p99']:.0f} ms"
                f"  503 {found['busy']:>8,.0f}/s  p50 {found['busy p50']:.0f} ms  p99 {found['busy p99']:.0f} ms  other {found['other']:.0f}",
                flush=True,
            )
        memory = shop.memory_mib()
        print(f"  memory {memory:.0f} MiB  {quiet(shop):.1f} s  {verdict(shop)}")


def arrivals(shop, buyer, ticket, seconds, connections, rate):
    """What h2load saw, rates a second and times in ms: `rate` requests a second in all, or without it one after the other."""
    with tempfile.TemporaryDirectory() as files:
        log, data = Path(files, "log"), Path(files, "body")
        data.write_text(f'{{"ticketId":"{ticket}"}}')
        command = ["h2load", "--h1", f"-c{connections}", "-m1", "-t1", f"-D{seconds}", f"--log-file={log}", f"--data={data}"]
        command += ["-H", "Content-Type: application/json", "-H", f"Cookie: {buyer.cookie}"]
        command += [f"--rps={rate / connections}"] if rate else []
        subprocess.run([*command, f"http://{shop.orders_host}/api/orders"], stdout=subprocess.DEVNULL, check=True)
        answers = [row.split("\t") for row in log.read_text().splitlines()]
    kinds = {"good": "201", "busy": "503"}
    found = {"asked": len(answers) / seconds}
    for kind, status in kinds.items():
        times = sorted(int(took) / 1e3 for _, code, took in answers if code == status) or [0.0]
        found |= {kind: len(times) / seconds, f"{kind} p50": times[len(times) // 2], f"{kind} p99": times[len(times) * 99 // 100]}
    found["other"] = sum(code not in kinds.values() for _, code, _ in answers)
    return found


def stopped(arguments):
    """The memory of everything while one service is away, and that it catches up."""
    with services("--order-window", WINDOW) as shop:
        tickets = offers(shop, 1, UNITS_MAX)
        users = buyers_of(shop)
        becomes_visible(shop, tickets)
        shop.leave("payments")
        for _ in range(4):
            made = filled(shop, users, tickets, 1, arguments.seconds)
            orders, nats = (Processes(part).memory_mib("VmRSS") for part in (shop.services["orders"], shop.servers["nats"]))
            print(f"  payments away, {made:,} orders more: orders {orders:.0f} MiB, nats {nats:.0f} MiB")
        shop.start("payments")
        print(f"  payments has caught up {quiet(shop):.1f} s after it was back  {verdict(shop)}")


def limit(arguments):
    """The same request, answered with a constant by the same HTTP stack."""
    server = subprocess.Popen([markets.PROGRAMS / "examples/constant"], stdout=subprocess.PIPE, text=True)
    shop = Processes(server)
    try:
        shop.host = shop.orders_host = server.stdout.readline().split("//")[1].strip()
        with load([type("User", (), {"id": "0", "cookie": "session=" + "x" * 300})], ["0" * 24]) as files:
            report, cpu = timed(shop, files, arguments, 64)
            line("constant answer", report, cpu, shop.memory_mib())
    finally:
        shop.stop()


SCENARIOS = {
    "limit": limit,
    "hot": hot,
    "sold-out": sold_out,
    "many": many,
    "baskets": baskets,
    "life": life,
    "browse": browse,
    "crowd": crowd,
    "idle": idle,
    "growth": growth,
    "due": due,
    "overload": overload,
    "stopped": stopped,
}
# These start, stop or measure what only one of the engine sets has.
ONLY = {"embedded": {"idle", "growth", "due"}, "servers": {"stopped"}}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--engines", choices=("embedded", "servers"), default="embedded")
    parser.add_argument("--seconds", type=int, default=5)
    chosen = parser.parse_args()
    unknown = set(chosen.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    files_max = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files_max, files_max))
    other = "servers" if chosen.engines == "embedded" else "embedded"
    market = markets.market if chosen.engines == "embedded" else services
    print(f"{chosen.engines} engines; {os.cpu_count()} cores, {platform.machine()}, Linux {platform.release()}; {chosen.seconds} s each, 64 connections but where said")
    for scenario in chosen.scenarios or [name for name in SCENARIOS if name not in ONLY[other]]:
        SCENARIOS[scenario](chosen)

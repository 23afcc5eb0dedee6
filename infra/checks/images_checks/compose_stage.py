"""The stage of compose.py: a network of its own, in which the names of compose.yaml mean this machine. Run by compose.py in namespaces."""

import contextlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from command import ROOT, Broken, await_that, block, report, run
from dnslib.fixedresolver import FixedResolver
from dnslib.server import DNSLogger, DNSServer
from manifests_parts import facts
from people import ask

from .compose_rules import FILE, PORTS, load

NAMES = (*PORTS, "mongo", "nats", "proxy", "provider-simulator")
PROXY = "http://localhost:3000"
HIDDEN = ("/health/live", "/health/ready", "/metrics", "/openapi.json", "/api/", "/api/unknown", "/dev", "/graphql", "/unknown")
ID = "0123456789abcdef01234567"
ROUTES = {path: owner for path, owner in facts.paths(facts.OPENAPI)[0].items() if path.startswith("/api/")}
PAGES = facts.PAGES | {f"{page}/x": owner for page, owner in facts.PAGES.items() if page != "/"}
# Time in which the first bytes of a stream must come through the proxy, whose server sends the rest only after that.
STREAM_S = 5
STREAM, FIRST, LAST = "/live?topics=none", b": first\n\n", b": last\n\n"


def raise_network(folder: Path) -> None:
    run("ip", "link", "set", "lo", "up", what="the network")
    hosts = folder / "hosts"
    hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in ("localhost", *NAMES)))
    run("mount", "--bind", hosts, "/etc/hosts", what="the names of services")
    # Where Docker's name server is in a container, which nginx.conf names; every name is this machine.
    DNSServer(FixedResolver(". 5 A 127.0.0.1"), address="127.0.0.11", logger=DNSLogger("-request,-reply")).start_thread()


class Servers:
    """Processes of the stage, which end with its namespace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self, name: str, *command: str | Path, **more: Any) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("wb")
        return subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, **more)

    def logs(self) -> str:
        return "\n".join(f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}" for path in sorted(self.folder.glob("*.log")))


class Named(http.server.BaseHTTPRequestHandler):
    """A service that says its name, and what it was asked. At STREAM it has a stream, as storefront at /live."""

    is_read = threading.Event()

    def do_GET(self) -> None:
        if self.path == STREAM:
            self.stream()
            return
        told = json.dumps({"port": self.server.server_address[1], "path": self.path, "host": self.headers["Host"]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("X-Accel-Buffering", "no")
        self.end_headers()
        self.wfile.write(FIRST)
        if self.is_read.wait(2 * STREAM_S):
            self.wfile.write(LAST)

    def log_message(self, *_: Any) -> None:
        pass


def start_proxy(servers: Servers) -> None:
    servers.start("nginx", *load(FILE)["services"]["proxy"]["entrypoint"][:3], "-c", ROOT / "infra/compose/nginx.conf")
    await_that("infra/compose/nginx.conf: the proxy", lambda: ask(PROXY + "/")[0] > 0)


def paths_come_out_at_their_services(servers: Servers) -> Iterator[str]:
    named = [http.server.ThreadingHTTPServer(("127.0.0.1", port), Named) for port in PORTS.values()]
    for server in named:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    start_proxy(servers)
    file = "infra/compose/nginx.conf"
    for template, owner in (ROUTES | PAGES).items():
        path = template.replace("{id}", ID).replace("{size}", "small") + "?limit=1"
        status, text = ask(PROXY + path, headers={"Host": "shop.example:3000"})
        wanted = {"port": PORTS[owner], "path": path, "host": "shop.example:3000"}
        if status != 200 or json.loads(text) != wanted:
            yield f"{file}: {template} must come to {owner} unchanged, as {wanted}; {status} {text}"
    for path in HIDDEN:
        if (status := ask(PROXY + path)[0]) != 404:
            yield f"{file}: {path} must not be shown to the public (404), not {status}"
    if (streamed := stream_through_proxy()) != FIRST + LAST:
        yield f"{file}: a stream must come through without buffering, as {FIRST + LAST!r}, not {streamed!r}"
    for server in named:
        server.shutdown()
        server.server_close()


def stream_through_proxy() -> bytes:
    """The bytes of a stream whose end is sent only once its beginning was read."""
    read = b""
    with contextlib.suppress(TimeoutError), urllib.request.urlopen(PROXY + STREAM, timeout=STREAM_S) as answer:
        read = answer.read1(len(FIRST))
        Named.is_read.set()
        read += answer.read()
    return read


def start_nats(servers: Servers) -> Iterator[str]:
    text = (ROOT / "infra/compose/nats.conf").read_text().replace("/data", str(servers.folder / "nats"))
    (servers.folder / "nats.conf").write_text(text)
    shutil.copytree(ROOT / "infra/k8s/base/nats/users", servers.folder / "users")
    passwords = load(FILE)["services"]["nats"]["environment"]
    servers.start("nats", "nats-server", "--config", servers.folder / "nats.conf", env=os.environ | passwords)
    await_that("infra/compose/nats.conf: nats-server", lambda: ask("http://nats:8222/healthz")[0] == 200)
    told = json.loads(ask("http://nats:8222/varz")[1])["jetstream"]["config"]
    if told.get("sync_always") is not True:
        yield f"infra/compose/nats.conf: must have `sync_interval: always`; the server says {told}"


def start_service(servers: Servers, name: str, programs: Path, **given: str) -> subprocess.Popen[bytes]:
    """A service with the environment that compose.yaml gives it; HOST is from the image (infra/docker/Dockerfile)."""
    environment = {key: value_of(value, servers.folder, given) for key, value in load(FILE)["services"][name]["environment"].items()}
    process = servers.start(name, programs / "boxoffice", name, env=environment | {"HOST": "0.0.0.0"}, cwd=servers.folder)
    await_that(f"{FILE}: {name} with its environment", lambda: ask(f"http://{name}:{PORTS[name]}/health/ready")[0] == 200)
    return process


def tours(servers: Servers, mongo: Path, programs: Path) -> None:
    options = ("--host", "127.0.0.1", "--storage-path", servers.folder / "mongo", "--cache-size", "128M", "--log-file-max", "16MB")
    servers.start("mongo", mongo, *options)
    (servers.folder / "data").mkdir()
    # Auth first: the other services wait for its key.
    services = {name: start_service(servers, name, programs) for name in PORTS}
    take_tour("README.md", "tour", '"code":"sold_out"', '"status":"captured"', '"status":"complete"')
    run(sys.executable, ".github/workflows/smoke.py", PROXY, what=FILE)
    on_provider = ("tickets", "orders", "payments")
    for name in on_provider:
        services[name].terminate()
        services[name].wait(20)
    command = (value_of(word, servers.folder, {}) for word in load(FILE)["services"]["provider-simulator"]["command"])
    servers.start("provider-simulator", programs / "provider-simulator", *command)
    for name in on_provider:
        start_service(servers, name, programs, PAYMENT_PROVIDER="stripe")
    take_tour("docs/payments-stripe.md", "stripe", '"status":"complete"')


def take_tour(page: str, name: str, *sights: str) -> None:
    """Runs the block of a page between the marks of this name; these must be seen."""
    commands = block((ROOT / page).read_text(), name)
    printed = run("bash", "-euo", "pipefail", "-c", commands, what=f"{FILE}: the {name} of {page}")
    for sight in sights:
        if sight not in printed:
            raise Broken(f"{FILE}: the {name} of {page} does not show {sight}:\n{printed}")


def value_of(value: Any, folder: Path, given: dict[str, str]) -> str:
    """As Docker Compose would fill it in, with these set: `${NAME:-default}`; what is in a volume is in the folder of the stage."""
    # What stands for MongoDB calls its replica set by a name of its own, and has no users.
    value = re.sub(r"^mongodb://\w+:[\w-]+@", "mongodb://", str(value)).removesuffix("?replicaSet=rs0")
    text = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda match: given.get(match[1]) or match[2], value)
    return str(folder / text[1:]) if text.startswith("/data/") else text


def main(programs: Path, mongo: Path) -> int:
    with tempfile.TemporaryDirectory() as name:
        servers = Servers(Path(name))
        steps = (
            (f"{len(ROUTES)} paths of the OpenAPI document and {len(PAGES)} of pages come out at their services, {len(HIDDEN)} others at none", lambda: paths_come_out_at_their_services(servers)),
            ("nats-server takes its configuration, and says that it writes before it acknowledges", lambda: start_nats(servers)),
            ("the tours of README.md and docs/payments-stripe.md and the smoke test of a deployment go through the proxy", lambda: tours(servers, mongo, programs)),
        )
        raise_network(servers.folder)
        well = report(steps)
        if not well:
            print(servers.logs(), file=sys.stderr)
        return 0 if well else 1


if __name__ == "__main__":
    os.environ["no_proxy"] = "*"
    sys.exit(main(*map(Path, sys.argv[1:])))

"""A marketplace as in production: each service a process, on a MongoDB-wire server and nats-server, behind nginx."""

import json
import os
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import market
from market import Client, Processes, Shop

# The list of services that `cargo xtask generate` writes.
SERVICES = json.loads((Path(__file__).parents[1] / "infra/services.json").read_text())["services"]
NAMES = [service["name"] for service in SERVICES]
# What a process takes at the most, by setting.
LIMITS = ("REQUEST_LIMIT", "ADDRESS_LIMIT", "SIGN_IN_LIMIT", "SIGN_UP_LIMIT", "ORDER_LIMIT", "SEARCH_LIMIT", "IMAGE_LIMIT", "REPORT_LIMIT")
# Where the tests keep the servers that they fetch.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "boxoffice"

NGINX = """
daemon off; pid {dir}/nginx.pid; error_log {dir}/nginx.log; worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {dir}; proxy_temp_path {dir};
  fastcgi_temp_path {dir}; uwsgi_temp_path {dir}; scgi_temp_path {dir};
  keepalive_requests 1000000;
  {upstreams}
  server {{
    listen {port}; proxy_http_version 1.1; proxy_set_header Connection "";
    {locations}
  }}
}}
"""


def program(folder, path):
    """A server's program in the folder that the tests fetched it to."""
    found = sorted(CACHE.glob(f"{folder}-*/{path}"))
    assert found, f"no {folder} in {CACHE}: run the tests once, they fetch it"
    return found[-1]


def free_ports(count):
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def answers(port, path=None):
    """Waits until somebody listens, or answers well."""
    bound = time.monotonic() + 60
    while time.monotonic() < bound:
        try:
            if path is None:
                return socket.create_connection(("127.0.0.1", port)).close()
            if Client(f"127.0.0.1:{port}").call("GET", path)[0] == 200:
                return None
        except OSError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"nobody answers at port {port}")


class Services(Shop):
    """The services' processes and the two servers; nginx in front once it is opened. `orders_host` is the orders service itself."""

    def __init__(self, data_dir, arguments=()):
        folder, log = Path(data_dir), open(Path(data_dir, "log"), "w")
        mongo, nats, monitor, ingress, *ports = free_ports(4 + len(NAMES))
        self.ports = dict(zip(NAMES, ports))
        (folder / "nats.conf").write_text(
            f'listen: "127.0.0.1:{nats}"\nhttp: "127.0.0.1:{monitor}"\n'
            f'jetstream {{ store_dir: "{folder}/jetstream", sync_interval: always }}\n'
        )
        ways = [(path, service["name"]) for service in SERVICES for path in service["paths"]]
        locations = [f"location {path} {{ proxy_pass http://{name}; }}" for path, name in ways]
        upstreams = [f"upstream {name} {{ server 127.0.0.1:{port}; keepalive 512; }}" for name, port in self.ports.items()]
        text = NGINX.format(dir=folder, port=ingress, upstreams="\n".join(upstreams), locations="\n".join(locations))
        (folder / "nginx.conf").write_text(text)

        def run(*command, **more):
            return subprocess.Popen(command, stdout=log, stderr=log, **more)

        mongod = program("secantusd", "secantusdb.scripts/secantusd-rs")
        storage = ("--storage-path", folder / "mongo", "--sync-on-commit", "--cache-size", "128M", "--log-file-max", "16MB")
        self.servers = {
            "mongodb": run(mongod, "--host", "127.0.0.1", "--port", str(mongo), *storage),
            "nats": run(program("nats-server", "bin/nats-server"), "-c", folder / "nats.conf"),
        }
        answers(mongo)
        answers(monitor, "/healthz")
        self.engines = ("--mongodb-url", f"mongodb://127.0.0.1:{mongo}/", "--nats-url", f"nats://127.0.0.1:{nats}")
        self.environment = os.environ | {
            "MONGODB_URL": self.engines[1],
            "NATS_URL": self.engines[3],
            "NATS_MONITOR_URL": f"http://127.0.0.1:{monitor}",
            "COOKIE": "plain",
            "ALLOW_TEST_PROVIDER": "yes",
            # Everything comes from one address, and thousands of orders from one user.
            **dict.fromkeys(LIMITS, "0"),
            # Addresses are made up: accounts trade without a mail, and mails wait for a server.
            "VERIFIED_TO_TRADE": "off",
            "SMTP_URL": "smtp://127.0.0.1:9",
            "MAIL_FROM": "tickets@example.com",
            "PUBLIC_URL": "https://tickets.example.com",
            "SESSION_KEY": str(folder / "session.key"),
            "SESSION_PUBLIC_KEY": str(folder / "session.key.pub"),
        }
        for name, value in zip(arguments[::2], arguments[1::2]):
            self.environment[name.removeprefix("--").replace("-", "_").upper()] = value
        self.run = run
        # Together: the others wait for the key that auth makes.
        self.services = {name: self.spawn(name) for name in NAMES}
        for port in ports:
            answers(port, "/health/ready")
        self.folder, self.ingress = folder, ingress
        self.host, self.orders_host = f"127.0.0.1:{ingress}", f"127.0.0.1:{self.ports['orders']}"

    def open(self):
        """Brings the services together at one address."""
        self.servers["nginx"] = self.run("nginx", "-c", self.folder / "nginx.conf", "-p", self.folder)
        answers(self.ingress)

    @property
    def processes(self):
        return [*self.services.values(), *self.servers.values()]

    @property
    def metrics_hosts(self):
        return [f"127.0.0.1:{self.ports[name]}" for name in self.services]

    def leave(self, name):
        """Stops a service."""
        Processes(self.services.pop(name)).stop()

    def start(self, name):
        """Starts a service again; returns when it is ready."""
        self.services[name] = self.spawn(name)
        answers(self.ports[name], "/health/ready")

    def spawn(self, name):
        return self.run(market.PROGRAMS / "boxoffice", name, "--port", str(self.ports[name]), env=self.environment)

    def shares(self):
        """Processor seconds of each part so far."""
        return {name: self._cpu_seconds(process) for name, process in (self.services | self.servers).items()}

    def stop(self):
        Processes(*self.services.values()).stop()
        Processes(*self.servers.values()).stop()


@contextmanager
def services(*arguments):
    with TemporaryDirectory() as data_dir:
        started = Services(data_dir, arguments)
        try:
            started.open()
            yield started
        finally:
            started.stop()

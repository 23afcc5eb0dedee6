"""A marketplace for measurements: started on a throw-away directory, filled, watched, stopped, and checked."""

import http.client
import json
import os
import resource
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "target/release"
TICKS = os.sysconf("SC_CLK_TCK")


class Client:
    """One connection of one user."""

    def __init__(self, host):
        self.connection = http.client.HTTPConnection(host, timeout=60)
        self.id = ""
        self.cookies = {}

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        self.connection.request(method, path, json.dumps(body) if body else None, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return response.status, text

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def create(self, path, body):
        status, text = self.call("POST", path, body)
        assert status == 201, f"{path}: {status} {text}"
        return json.loads(text)

    def show(self, path):
        status, text = self.call("GET", path)
        assert status == 200, f"{path}: {status} {text}"
        return json.loads(text)


class Processes:
    """What some processes have used so far."""

    def __init__(self, *processes):
        self.processes = list(processes)

    def cpu_seconds(self):
        return sum(self._cpu_seconds(process) for process in self.processes)

    def memory_mib(self, what="VmHWM"):
        """At its highest, or with "VmRSS" now."""
        return sum(self._memory_mib(process, what) for process in self.processes)

    @staticmethod
    def _cpu_seconds(process):
        fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @staticmethod
    def _memory_mib(process, what):
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith(what):
                return int(line.split()[1]) / 1024
        return 0.0

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()


class Shop(Processes):
    """A marketplace at `host`, whose services show what they count at `metrics_hosts`; orders are made at `orders_host`."""

    engines = ()

    def sign_up(self, name):
        user = Client(self.host)
        user.id = user.create("/api/users/signup", {"email": f"{name}@example.com", "password": "a fine password"})["id"]
        return user

    def metrics(self):
        """Every sample of /metrics, by its name with labels; those of several services are added up."""
        found = {}
        for host in self.metrics_hosts:
            _, text = Client(host).call("GET", "/metrics")
            for line in text.splitlines():
                if line and line[0] != "#":
                    name, value = line.rsplit(" ", 1)
                    found[name] = found.get(name, 0) + float(value)
        return found

    def outbox(self):
        """Messages that wait to be published, of all services."""
        return sum(value for name, value in self.metrics().items() if name.startswith("store_outbox_entries"))

    def handled(self):
        """Messages that listeners handled so far."""
        return sum(value for name, value in self.metrics().items() if name.startswith("bus_messages_total"))

    def shares(self):
        """Processor seconds of each part so far, where there are several."""
        return {}

    def violations(self):
        """What the checker finds wrong in a marketplace at rest: its exit code and its words."""
        found = subprocess.run([PROGRAMS / "examples/check", *self.engines], stdout=subprocess.PIPE, text=True)
        return found.returncode, found.stdout


class Market(Shop):
    """The whole marketplace in one process on embedded engines."""

    def __init__(self, data_dir, arguments=(), program=None):
        self.data_dir = data_dir
        self.engines = ("--data-dir", data_dir)
        self.command = [program or PROGRAMS / "boxoffice", "--port", "0", *self.engines, *arguments]
        self.start()

    def start(self):
        process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        super().__init__(process)
        self.host = next(w for w in process.stdout.readline().split() if "//" in w).split("//")[1]
        self.orders_host, self.metrics_hosts = self.host, [self.host]
        # Nobody else reads what it prints.
        threading.Thread(target=process.stdout.read, daemon=True).start()

    def violations(self):
        self.stop()
        return super().violations()


@contextmanager
def market(*arguments, program=None):
    with tempfile.TemporaryDirectory() as data_dir:
        started = Market(data_dir, arguments, program)
        try:
            yield started
        finally:
            started.stop()


@contextmanager
def load(users, tickets):
    """The folder in which scripts for wrk find who buys what."""
    with tempfile.TemporaryDirectory() as files:
        Path(files, "users").write_text("".join(f"{user.id} session={user.cookies['session']}\n" for user in users))
        Path(files, "tickets").write_text("".join(f"{ticket}\n" for ticket in tickets))
        yield files


def wrk(host, script, files, seconds, connections, **variables):
    """Runs wrk; answers what it measured, times in ms, with its own CPU seconds."""
    here = Path(__file__).resolve().parent / "wrk"
    environment = os.environ | {"LUA_PATH": f"{here}/?.lua;;", "FILES": str(files)}
    environment |= {name: str(value) for name, value in variables.items()}
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", here / script, f"http://{host}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = {"cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}
    for line in ran.stdout.splitlines():
        if line.startswith("= "):
            _, name, value = line.split()
            report[name] = float(value)
    report["rate"] = report["requests"] / report["seconds"]
    return report

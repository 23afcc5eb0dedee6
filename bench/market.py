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
        self.id = self.cookie = ""

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        self.connection.request(method, path, json.dumps(body) if body else None, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        if cookie := response.getheader("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        return response.status, text

    def create(self, path, body):
        status, text = self.call("POST", path, body)
        assert status == 201, f"{path}: {status} {text}"
        return json.loads(text)

    def show(self, path):
        status, text = self.call("GET", path)
        assert status == 200, f"{path}: {status} {text}"
        return json.loads(text)


class Process:
    """What one process of the marketplace has used so far."""

    def __init__(self, process):
        self.process = process

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mib(self, what="VmHWM"):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(what):
                return int(line.split()[1]) / 1024
        return 0.0


class Market(Process):
    """The whole marketplace in one process on embedded engines."""

    def __init__(self, data_dir, arguments=()):
        self.data_dir = data_dir
        self.command = [PROGRAMS / "boxoffice", "--port", "0", "--data-dir", data_dir, *arguments]
        self.start()

    def start(self):
        super().__init__(subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True))
        self.host = next(w for w in self.process.stdout.readline().split() if "//" in w).split("//")[1]
        # Nobody else reads what it prints.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def sign_up(self, name):
        user = Client(self.host)
        user.id = user.create("/api/users/signup", {"email": f"{name}@example.com", "password": "a fine password"})["id"]
        return user

    def metrics(self):
        """Every sample of /metrics, by its name with labels."""
        _, text = Client(self.host).call("GET", "/metrics")
        samples = (line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")
        return {name: float(value) for name, value in samples}

    def outbox(self):
        """Messages that wait to be published, of all services."""
        return sum(value for name, value in self.metrics().items() if name.startswith("store_outbox_entries"))

    def handled(self):
        """Messages that listeners handled so far."""
        return sum(value for name, value in self.metrics().items() if name.startswith("bus_messages_total"))

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def violations(self):
        """Stops, and counts what the checker finds wrong."""
        self.stop()
        checker = [PROGRAMS / "examples/check", "--data-dir", self.data_dir]
        found = subprocess.run(checker, stdout=subprocess.PIPE, text=True)
        return found.returncode, found.stdout


@contextmanager
def market(*arguments):
    with tempfile.TemporaryDirectory() as data_dir:
        started = Market(data_dir, arguments)
        try:
            yield started
        finally:
            started.stop()


@contextmanager
def load(users, tickets):
    """The folder in which scripts for wrk find who buys what."""
    with tempfile.TemporaryDirectory() as files:
        Path(files, "users").write_text("".join(f"{user.id} {user.cookie}\n" for user in users))
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

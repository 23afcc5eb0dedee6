"""Chromium through ChromeDriver, by the WebDriver protocol: one window with an empty profile."""

import http.client
import json
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager

SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class Window:
    """A session of WebDriver."""

    def __init__(self, port, profile):
        self.port = port
        options = {"args": [*SWITCHES, f"--user-data-dir={profile}"], "binary": installed("chromium", "google-chrome")}
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        self.path = "/session"
        self.path = f"/session/{self.send('POST', '', wanted)['sessionId']}"

    def send(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, self.path + path, None if body is None else json.dumps(body))
        value = json.loads(connection.getresponse().read())["value"]
        connection.close()
        assert not (isinstance(value, dict) and "error" in value), value
        return value

    def open(self, url):
        """Opens a page, and waits until it and its parts are loaded."""
        self.send("POST", "/url", {"url": url})

    def devtools(self, command, **parameters):
        return self.send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def run(self, script, *arguments):
        """The value that a function body passes to its last argument."""
        return self.send("POST", "/execute/async", {"script": script, "args": arguments})


def installed(*names):
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, f"{' or '.join(names)} is missing; to install it: apt-get install --yes chromium chromium-driver"
    return found


@contextmanager
def window():
    """A window until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen([installed("chromedriver"), f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory(prefix="boxoffice-chromium-", ignore_cleanup_errors=True) as profile:
            bound = time.monotonic() + 30
            while True:
                try:
                    opened = Window(port, profile)
                    break
                except ConnectionRefusedError:
                    assert time.monotonic() < bound, "ChromeDriver does not start"
                    time.sleep(0.05)
            try:
                yield opened
            finally:
                opened.send("DELETE", "")
    finally:
        driver.terminate()
        driver.wait()

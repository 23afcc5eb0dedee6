"""Commands that a check runs, and its report of violations."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 40  # of what a failed command printed: enough for a compiler's error


class Broken(Exception):
    """What is wrong: the file, the rule, and what to do."""


def report(check: str, steps: Iterable[Callable[[], str]]) -> int:
    """Runs the steps of a check up to one that is broken, and prints what each found; the exit code."""
    for step in steps:
        try:
            print(f"{check}: {step()}", flush=True)
        except Broken as broken:
            print(f"{check}: {broken}", file=sys.stderr)
            return 1
    return 0


def run(*command: str | Path, what: str, text: str | None = None) -> str:
    """Runs a command in the root of the repository; returns its standard output. `what` begins the report of a failure."""
    ended = subprocess.run([str(word) for word in command], cwd=ROOT, input=text, text=True, capture_output=True)
    return _ended(ended, ended.stdout + ended.stderr, what)


def run_log(*command: str | Path, what: str, text: str | None = None) -> str:
    """The same, for a command whose messages are needed: returns standard output and standard error in their order."""
    words = [str(word) for word in command]
    ended = subprocess.run(words, cwd=ROOT, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return _ended(ended, ended.stdout, what)


def _ended(ended: subprocess.CompletedProcess[str], printed: str, what: str) -> str:
    if ended.returncode != 0:
        lines = printed.strip().splitlines()[-LINES_MAX:]
        raise Broken(f"{what}: {ended.args[0]} ended with {ended.returncode}\n" + "\n".join(lines))
    return ended.stdout


def ask(url: str, method: str = "GET", headers: dict[str, str] | None = None, body: object = None) -> tuple[int, str]:
    """The status and the text of a response; a body is sent as JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"} | (headers or {}), method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def await_that(what: str, holds: Callable[[], object], patience_s: float = 60) -> None:
    """Waits until the condition holds; a refused connection counts as false."""
    bound = time.monotonic() + patience_s
    while time.monotonic() < bound:
        try:
            if holds():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise Broken(f"{what}: not within {patience_s:.0f} s")

"""Commands that a check runs, and its report of violations."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 40  # of what a failed command printed: enough for a compiler's error


class Broken(Exception):
    """What is wrong: the file, the rule, and what to do."""


@dataclass(frozen=True)
class Options:
    """The directory of the built programs, and whether to build and run the image."""

    programs: Path
    image: bool


# Returns the problems with a promise, or raises the first one.
Step = Callable[[], Iterable[str] | None]
Steps = Iterable[tuple[str, Step]]


def report(steps: Steps) -> bool:
    """Runs the steps of a check and prints the problems that each finds; whether there are none."""
    well = True
    try:
        for promise, step in steps:
            started = time.monotonic()
            problems = _problems(step)
            print(f"{'FAIL' if problems else 'ok  '} {promise} ({time.monotonic() - started:.1f} s)", flush=True)
            for problem in problems:
                print(f"     {problem}", file=sys.stderr, flush=True)
            well = well and not problems
    except Broken as broken:
        # Between two steps: the remaining ones cannot run.
        print(f"FAIL {broken}", file=sys.stderr, flush=True)
        return False
    return well


def _problems(step: Step) -> list[str]:
    try:
        return [*dict.fromkeys(step() or ())]
    except Broken as broken:
        return [str(broken)]


def must_be_root(what: str) -> None:
    if os.geteuid() != 0:
        raise Broken(f"must be root to {what}: use sudo")


def block(text: str, name: str) -> str:
    """The shell commands of a page between the marks of this name; none without the marks."""
    found = re.search(rf"<!-- {name}:begin -->\n```bash\n(.*?)```\n<!-- {name}:end -->", text, re.DOTALL)
    return found[1] if found else ""


def run(*command: str | Path, what: str, text: str | None = None, log: bool = False) -> str:
    """Runs a command in the root of the repository; returns its standard output, with `log` also what it wrote to standard error, in their order. `what`
    begins the report of a failure."""
    words, errors = [str(word) for word in command], subprocess.STDOUT if log else subprocess.PIPE
    ended = subprocess.run(words, cwd=ROOT, input=text, text=True, stdout=subprocess.PIPE, stderr=errors)
    if ended.returncode != 0:
        lines = f"{ended.stdout}{ended.stderr or ''}".strip().splitlines()[-LINES_MAX:]
        raise Broken(f"{what}: {words[0]} ended with {ended.returncode}\n" + "\n".join(lines))
    return ended.stdout


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

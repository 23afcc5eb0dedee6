"""How a check runs a command and says what is wrong."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LINES_MAX = 40  # of what a failed command printed: enough for a compiler's error


class Broken(Exception):
    """What is wrong: the file, the rule, and what to do."""


def run(*command: str | Path, what: str, text: str | None = None) -> str:
    """Runs a command in the root of the repository; answers its standard output. `what` is said of it when it fails."""
    ended = subprocess.run([str(word) for word in command], cwd=ROOT, input=text, text=True, capture_output=True)
    return _ended(ended, ended.stdout + ended.stderr, what)


def run_log(*command: str | Path, what: str, text: str | None = None) -> str:
    """The same, for a command whose messages are wanted: answers all that it printed, in the order that it came."""
    words = [str(word) for word in command]
    ended = subprocess.run(words, cwd=ROOT, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return _ended(ended, ended.stdout, what)


def _ended(ended: subprocess.CompletedProcess[str], printed: str, what: str) -> str:
    if ended.returncode != 0:
        lines = printed.strip().splitlines()[-LINES_MAX:]
        raise Broken(f"{what}: {ended.args[0]} ended with {ended.returncode}\n" + "\n".join(lines))
    return ended.stdout

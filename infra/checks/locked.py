#!/usr/bin/env python3
"""Prints the Python environment that holds exactly what a file of requirements with hashes names; makes it if it is not there.

    infra/checks/locked.py REQUIREMENTS
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "boxoffice"


def locked(requirements: Path) -> Path:
    """The environment, named by the file's contents. One makes it while others wait, and marks it once it is filled: what was left half-way is made
    anew."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    place = CACHE / f"{requirements.resolve().parent.name}-{digest}"
    complete = place / "complete"
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(f"{place}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists():
            venv.create(place, with_pip=True, clear=True)
            pip = [place / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, "--require-hashes", "--no-deps", "--requirement", requirements], check=True, stdout=sys.stderr)
            complete.touch()
    return place


if __name__ == "__main__":
    print(locked(Path(sys.argv[1])))

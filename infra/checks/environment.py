"""The environment that holds the published tools of the checks, each in the version and with the hashes of requirements.txt."""

import os
import shutil
import sys
from pathlib import Path

from command import run
from locked import locked

REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"


def enter(requirements: Path = REQUIREMENTS) -> None:
    """Continues in the Python of the environment, with its programs first on the PATH."""
    place = locked(requirements)
    if Path(sys.prefix).resolve() != place.resolve():
        os.environ["PATH"] = f"{place / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        os.execv(place / "bin/python", [str(place / "bin/python"), *sys.argv])


def install_packages(packages: dict[str, str]) -> None:
    """Debian's packages of the programs that are missing."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = sorted({package for program, package in packages.items() if shutil.which(program, path=path) is None})
    if missing:
        run("apt-get", "update", "--quiet", what="cannot read Debian's list of packages")
        run("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *missing, what=f"cannot install {', '.join(missing)}")

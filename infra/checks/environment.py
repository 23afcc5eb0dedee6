"""The environment that holds the published tools of the checks, each in the version and with the hashes of requirements.txt."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from command import run
from locked import CACHE, locked

PARTS = Path(__file__).resolve().parent / "manifests_parts"
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


def deno(*arguments: str | Path, packages: Path = PARTS, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs deno, with the packages of this directory's deno.lock and no others."""
    environment = os.environ | {"NO_COLOR": "1", "DENO_DIR": str(CACHE / "deno"), "DENO_NO_UPDATE_CHECK": "1"}
    options = ["--quiet", "--config", packages / "deno.json"]
    if arguments[0] not in ("fmt", "lint"):
        options += ["--frozen", "--lock", packages / "deno.lock"]
    command = ["deno", arguments[0], *options, *arguments[1:]]
    return subprocess.run(command, input=text, env=environment, text=True, capture_output=True, check=False)

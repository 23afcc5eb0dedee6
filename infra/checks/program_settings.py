"""The settings of each service, by the `--help` of the program."""

import re
from pathlib import Path

from command import Broken, run
from listed import NAMES

# The settings of a service: each name with its default.
Settings = dict[str, str]


def read(programs: Path) -> dict[str, Settings]:
    program = programs.resolve() / "boxoffice"
    if not program.exists():
        raise Broken(f"{program} is not there: build it with `cargo build --locked --workspace --bins`")
    return {service: parse(run(program, service, "--help", what=f"{service} --help")) for service in NAMES}


def parse(said: str) -> Settings:
    """Names and defaults from `--help`, whose lines are broken wherever they are long."""
    return dict(re.findall(r"\[env: (\w+)\] \[default: ([^\]]*)\]", " ".join(said.split())))

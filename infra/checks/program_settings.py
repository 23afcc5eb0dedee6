"""The settings of each service, by the `--help` of the program."""

import re
from pathlib import Path

from command import run
from listed import NAMES

# The settings of a service: each name with its default.
Settings = dict[str, str]


def read(programs: Path) -> dict[str, Settings]:
    return {service: parse(run(programs / "boxoffice", service, "--help", what=f"{service} --help")) for service in NAMES}


def parse(said: str) -> Settings:
    """Names and defaults from `--help`, whose lines are broken wherever they are long."""
    return dict(re.findall(r"\[env: (\w+)\] \[default: ([^\]]*)\]", " ".join(said.split())))

"""The commands of the README that make the secrets make all that is needed, in a form that the programs take."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from command import Broken, block

from .rendering import Rendering
from .secrets_kept import README, references
from .workloads import workloads

# Keeps what it is given for a secret, instead of sending it anywhere.
GCLOUD = """#!/bin/sh
case "$1 $2" in "secrets create") cat > "$MADE/${3#boxoffice-}" ;; esac
"""

# What is asked for on the way.
TYPED = "sk_test_typed\nwhsec_typed\nsmtps://user:password@smtp.example.com\n"

KEY_FILE = re.compile(r"[A-Za-z0-9+/=]{6,1024}")
PASSWORD = re.compile(r"[A-Za-z0-9]{32,}")


def check(rendering: Rendering, readme: str) -> Iterator[str]:
    needed = {(name, key) for workload in workloads(rendering) for kind, name, key in references(workload) if kind == "Secret"}
    yield from (f"{README}: readme-secrets: {what}" for what in wrong(block(readme, "secrets"), needed))


def wrong(block: str, keys: set[tuple[str, str]]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as scratch:
        made = play(block, Path(scratch))
        for name, key in sorted(keys | {(name, key) for name, values in made.items() for key in values}):
            value = made.get(name, {}).get(key)
            if value is None:
                yield f"its commands make no {key} of the Secret {name}"
            elif (name, key) not in keys:
                yield f"its commands make {key} of the Secret {name}, which no workload takes"
            elif key.endswith("-password") and not PASSWORD.fullmatch(value):
                yield f"{key} of {name} cannot be part of an address, or is short"
            elif key.endswith("-url") and f"//{name}:{made[name].get(key.replace('-url', '-password'))}@" not in value:
                yield f"{key} of {name} does not name the user {name} with its password"
            elif key == "mongodb-keyfile" and not KEY_FILE.fullmatch(value):
                yield f"{key} of {name} is no key file"
        yield from wrong_key(made.get("session-key", {}))


def play(block: str, scratch: Path) -> dict[str, dict[str, str]]:
    """Runs the commands with a gcloud that keeps the secrets here; returns them by name."""
    for program in ("bash", "openssl"):
        if not shutil.which(program):
            raise Broken(f"the commands of {README} need {program}")
    made = scratch / "made"
    made.mkdir()
    gcloud = scratch / "gcloud"
    gcloud.write_text(GCLOUD, encoding="utf-8")
    gcloud.chmod(0o755)
    environment = {**os.environ, "PATH": f"{scratch}{os.pathsep}{os.environ['PATH']}", "MADE": str(made), "ACCOUNT": "x"}
    bash = ["bash", "-eu", "-c", block]
    subprocess.run(bash, input=TYPED, env=environment, text=True, capture_output=True, check=False)
    return {file.name: json.loads(file.read_text(encoding="utf-8") or "{}") for file in made.iterdir()}


def wrong_key(halves: dict[str, str]) -> Iterator[str]:
    """The public half has to be the private one's, to the byte."""
    command = ["openssl", "pkey", "-pubout"]
    private = halves.get("session-key.pem", "")
    public = subprocess.run(command, input=private, text=True, capture_output=True, check=False).stdout
    if not public or public != halves.get("session-key.pem.pub"):
        yield "the halves of the session key do not fit"

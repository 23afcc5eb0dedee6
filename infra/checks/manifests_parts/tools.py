"""Deno with the packages of deno.lock."""

import os
import subprocess
from pathlib import Path

from locked import CACHE

PARTS = Path(__file__).resolve().parent


def deno(*arguments: str | Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs deno, with the packages of deno.lock and no others."""
    environment = os.environ | {"NO_COLOR": "1", "DENO_DIR": str(CACHE / "deno"), "DENO_NO_UPDATE_CHECK": "1"}
    options = ["--quiet", "--frozen", "--config", PARTS / "deno.json", "--lock", PARTS / "deno.lock"]
    command = ["deno", arguments[0], *options, *arguments[1:]]
    return subprocess.run(command, input=text, env=environment, text=True, capture_output=True, check=False)

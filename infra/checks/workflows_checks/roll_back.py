"""The roll-back of deploy.yml, run as it is written, with a kubectl that only takes down what it is told."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml
from command import ROOT, Broken

# Orders and payments were deployed anew; orders is at revision 8 now, payments at 5.
BEFORE = "auth 3\norders 7\npayments 4\n"
KUBECTL = """#!/bin/sh
echo "$*" >> "$TOLD"
case "$*" in
  *"get deployments"*) printf 'auth 3\\norders 7\\npayments 4\\n' ;;
  *"get deployment auth"*) printf 3 ;;
  *"get deployment orders"*) printf 8 ;;
  *"get deployment payments"*) printf 5 ;;
esac
"""


def problems() -> Iterator[str]:
    deploy = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text(encoding="utf-8"))["jobs"]["deploy"]
    scripts = {step.get("name"): step.get("run") for step in deploy["steps"]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "kubectl").write_text(KUBECTL)
        (folder / "kubectl").chmod(0o755)
        told = folder / "told"
        environment = {"PATH": f"{folder}:{os.environ['PATH']}", "RUNNER_TEMP": name, "NAMESPACE": "boxoffice", "TOLD": str(told)}
        for step in ("Remember what runs", "Roll back"):
            # As GitHub runs a step whose shell is not named.
            ended = subprocess.run(["bash", "-e", "-c", scripts[step]], env=environment, capture_output=True, text=True, check=False)
            if ended.returncode != 0:
                raise Broken(f"deploy.yml: {step}: ended with {ended.returncode}\n{ended.stdout}{ended.stderr}")
        undone = [line for line in told.read_text().splitlines() if " undo " in line]
        wanted = [f"--namespace boxoffice rollout undo deployment/{one} --to-revision {revision}" for one, revision in (("orders", 7), ("payments", 4))]
        if (folder / "before").read_text() != BEFORE or undone != wanted:
            yield f"deploy.yml: must go back to what ran before and touch nothing else, {wanted}, not {undone}"

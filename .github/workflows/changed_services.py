#!/usr/bin/env python3
"""The services whose tests a change needs, as a JSON list: those that it touches, or all if it touches what they share.

    .github/workflows/changed_services.py BASE

BASE is the commit to compare with; one that is not known, or none, counts as everything changed.

>>> touched(["services/orders/src/lib.rs", "README.md"])
['orders']
>>> touched(["services/orders/Cargo.toml", "services/auth/tests/api.rs", "services/marketplace/tests/architecture.rs"])
['auth', 'orders']
>>> touched(["common/store/src/lib.rs"]) == touched(["Cargo.lock"]) == list(SERVICES)
True
>>> touched(["README.md", "infra/compose/compose.yaml", "bench/smoke.py"])
[]
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Of the list of services that `cargo xtask generate` writes.
SERVICES = sorted(service["name"] for service in json.loads((ROOT / "infra/services.json").read_text())["services"])
# What every service is made of, or tested with.
SHARED = ("common/", "Cargo.toml", "Cargo.lock", "clippy.toml", ".github/workflows/")


def touched(files: list[str]) -> list[str]:
    """The services that these files concern."""
    if any(file.startswith(SHARED) for file in files):
        return list(SERVICES)
    return [service for service in SERVICES if any(file.startswith(f"services/{service}/") for file in files)]


def main(base: str) -> int:
    git = ["git", "diff", "--name-only", "--no-renames", f"{base}...HEAD"]
    changed = subprocess.run(git, capture_output=True, text=True, check=False)
    is_known = base != "" and changed.returncode == 0
    services = touched(changed.stdout.splitlines()) if is_known else list(SERVICES)
    print(json.dumps(services))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))

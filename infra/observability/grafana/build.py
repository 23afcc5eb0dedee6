#!/usr/bin/env python3
"""Writes the dashboards. `cargo xtask generate` runs it, and `cargo xtask generate --check` compares.

    infra/observability/grafana/build.py [DIRECTORY]
"""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import engine_room
import on_sale

DIRECTORY = Path(__file__).resolve().parent / "dashboards"


def main(directory: Path) -> None:
    for dashboard in (on_sale.dashboard(), engine_room.dashboard()):
        name = dashboard["uid"].removeprefix("boxoffice-")
        text = json.dumps(dashboard, indent=1, ensure_ascii=False) + "\n"
        (directory / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DIRECTORY)

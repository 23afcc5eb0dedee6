"""The services, from the list that `cargo xtask generate` writes."""

import json
from pathlib import Path
from typing import Any

LIST = Path(__file__).resolve().parents[1] / "services.json"
SERVICES: list[dict[str, Any]] = json.loads(LIST.read_text(encoding="utf-8"))["services"]
NAMES: tuple[str, ...] = tuple(service["name"] for service in SERVICES)
PORTS: dict[str, int] = {service["name"]: service["port"] for service in SERVICES}
# The services whose API each calls.
CALLS: dict[str, tuple[str, ...]] = {service["name"]: tuple(service["calls"]) for service in SERVICES}
# Those that clients reach.
PUBLIC: tuple[str, ...] = tuple(service["name"] for service in SERVICES if service["public"])

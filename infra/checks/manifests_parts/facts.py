"""What the code says and the manifests have to agree with."""

import json
import re
from dataclasses import dataclass
from math import prod
from pathlib import Path

from command import ROOT, Broken
from listed import SERVICES
from program_settings import Settings

# Which service serves the operations with a tag of the OpenAPI document.
SERVICE_OF_TAG = {path.split("/")[2]: service["name"] for service in SERVICES for path in service["paths"]}

# Prefixes of pages, which the OpenAPI document does not have; `/` is that page alone.
PAGES = {page: service["name"] for service in SERVICES for page in service["pages"]}

# Paths that no client may reach, beside the private ones of the OpenAPI document.
HIDDEN = ("/dev", "/graphql", "/unknown", "/api", "/api/unknown", "/.well-known/unknown")

OPENAPI = ROOT / "services/marketplace/openapi.json"


@dataclass(frozen=True)
class Facts:
    """Numbers from the sources, paths from the OpenAPI document, settings from the programs."""

    # A program that is told to stop takes so long at the most.
    stop_seconds: int
    # The largest message.
    envelope_bytes: int
    # What the streams take on disk, but for the one whose size is a setting.
    small_streams_bytes: int
    # A stream of changes takes so long at the most, and its limit is this number in a process.
    stream_seconds: float
    streams: int
    # The service that serves each path below /api; "" for one that nobody is known to serve.
    served: dict[str, str]
    # Paths outside /api.
    private: list[str]
    # Settings of each program, by service.
    settings: dict[str, Settings]


def gather(settings: dict[str, Settings]) -> Facts:
    server = constants("common/service/src/lifecycle/server.rs", "DRAIN_MAX", "STEPS_MAX", "COMMITS_MAX")
    streams = constants("common/bus/src/jetstream/streams.rs", "DEAD_BYTES_MAX", "ADVISORIES_BYTES_MAX")
    lifetime, spread = constants("services/storefront/src/live/stream.rs", "LIFETIME", "LIFETIME_SPREAD_MS")
    places = constants("services/storefront/src/live/hub.rs", "STREAMS_MAX")
    envelope = constants("common/contract/src/envelope.rs", "ENVELOPE_BYTES_MAX")
    served, private = paths(OPENAPI)
    stream_seconds = lifetime * 60 + spread / 1000
    return Facts(sum(server), envelope[0], sum(streams), stream_seconds, places[0], served, private, settings)


def constants(file: str, *names: str) -> list[int]:
    """The values of constants in a source file: whole numbers, products of them, seconds, or minutes."""
    source = (ROOT / file).read_text(encoding="utf-8")
    found = [re.search(rf"const {name}: [\w:]+ = (?:Duration::from_(?:secs|mins)\()?([\d_ *]+)\)?;", source) for name in names]
    if None in found:
        raise Broken(f"{file}: there is no constant {names[found.index(None)]} any more that is a number, seconds or minutes")
    return [prod(int(factor) for factor in value[1].split("*")) for value in found]


def paths(document: Path) -> tuple[dict[str, str], list[str]]:
    """Each path with the service that serves it, and those outside /api."""
    served: dict[str, str] = {}
    private: list[str] = []
    for path, operations in json.loads(document.read_text(encoding="utf-8"))["paths"].items():
        tags = {tag for operation in operations.values() for tag in operation.get("tags", [])}
        if path.startswith(("/api/", "/.well-known/")):
            served[path] = SERVICE_OF_TAG.get(tags.pop(), "") if len(tags) == 1 else ""
        else:
            private.append(path)
    return served, private

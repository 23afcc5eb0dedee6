"""Mistakes in compose.yaml, made on purpose: each must be seen by a rule."""

from collections.abc import Callable
from typing import Any

Services = dict[str, Any]


def _set(service: str, key: str, value: Any) -> Callable[[Services], None]:
    return lambda services: services[service].__setitem__(key, value)


def _environment(service: str, key: str, value: str) -> Callable[[Services], None]:
    return lambda services: services[service]["environment"].__setitem__(key, value)


BREAKS: list[tuple[str, Callable[[Services], None]]] = [
    ("an image without a digest", _set("nats", "image", "docker.io/library/nats:2.15.0-alpine")),
    ("another MongoDB than is deployed", lambda s: s["mongo"].__setitem__("image", s["mongo"]["image"].replace(":8.0", ":8.3"))),
    ("an image of another program", lambda s: s["provider-simulator"]["build"]["args"].__setitem__("PROGRAM", "boxoffice")),
    ("another service's program", _set("orders", "command", ["tickets"])),
    ("all services in one container", lambda s: s["orders"].pop("command")),
    ("a Dockerfile that is not there", lambda s: s["orders"]["build"].__setitem__("dockerfile", "Dockerfile")),
    ("a root that can be written", _set("payments", "read_only", False)),
    ("capabilities", _set("proxy", "cap_drop", [])),
    ("a stop that is cut short", _set("auth", "stop_grace_period", "10s")),
    ("a port that is open to the network", _set("mongo", "ports", ["27017:27017"])),
    ("a service on another port", _set("auth", "ports", ["127.0.0.1:3001:3000"])),
    ("a file that is not there", _set("nats", "volumes", ["./nats.config:/etc/nats/boxoffice.conf:ro"])),
    ("a setting that nobody reads", _environment("orders", "ORDERS_WINDOW", "60s")),
    ("the private key for a service that verifies", _environment("orders", "SESSION_KEY", "/data/session-key.pem")),
    ("a flag that is none", _set("provider-simulator", "command", ["--hosts=0.0.0.0"])),
    ("a minute of waiting for a dead process", _set("mongo", "command", ["mongod", "--replSet", "rs0"])),
    ("the database of another service", _environment("orders", "MONGODB_URL", "mongodb://payments:dev-only@mongo:27017/?replicaSet=rs0")),
    ("messages of another service", _environment("orders", "NATS_URL", "nats://payments:dev-only@nats:4222")),
    ("a user without a password", _set("nats", "environment", {})),
    ("no replica set", _environment("orders", "MONGODB_URL", "mongodb://mongo:27017/")),
]

"""Rules of infra/compose/compose.yaml that its schema cannot know."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from listed import PORTS
from ruamel.yaml import YAML

from .said import ROOT

FILE = "infra/compose/compose.yaml"
PROGRAMS = (*PORTS, "provider-simulator")
STOP_MIN_S = 15  # three steps of five seconds (docs/failures.md, "Start and stop")
PINNED = re.compile(r"[a-z0-9.\-]+(/[a-z0-9.\-]+)+:[\w.\-]+@sha256:[0-9a-f]{64}")


def load(path: str) -> Any:
    return YAML(typ="safe").load((ROOT / path).read_text())


def broken(compose: dict[str, Any]) -> list[str]:
    """A line for each rule that does not hold."""
    rules = (_images, _built, _restricted, _local_ports, _mounts, _settings, _simulator, _scraped, _servers, _users, _as_in_production)
    return [f"{FILE}: {line}" for rule in rules for line in rule(compose)]


def _services(compose: dict[str, Any], *names: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in names or compose["services"]:
        yield name, compose["services"].get(name) or {}


def _images(compose: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(compose):
        if "build" not in service and not PINNED.fullmatch(service.get("image", "")):
            yield f"{name}: image must be a registry, a tag and a digest, not {service.get('image')}"


def _built(compose: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(compose, *PROGRAMS):
        build = service.get("build", {})
        program = "boxoffice" if name in PORTS else name
        if service.get("image") != f"boxoffice/{program}" or build.get("args", {}).get("PROGRAM", "boxoffice") != program:
            yield f"{name}: must be the image boxoffice/{program}, built with PROGRAM={program}"
        if name in PORTS and service.get("command") != [name]:
            yield f"{name}: command must be [{name}], not {service.get('command')}"
        folder = (ROOT / FILE).parent / build.get("context", ".")
        if folder.resolve() != ROOT or not (folder / build.get("dockerfile", "")).is_file():
            yield f"{name}: must be built from the root of the repository by a Dockerfile that is there"


def _restricted(compose: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(compose, *PROGRAMS, "proxy"):
        wanted = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}
        for key, value in wanted.items():
            if service.get(key) != value:
                yield f"{name}: {key} must be {value}, not {service.get(key)}"
    for name, service in _services(compose, *PORTS):
        grace = re.fullmatch(r"(\d+)s", service.get("stop_grace_period", ""))
        if not grace or int(grace[1]) <= STOP_MIN_S:
            yield f"{name}: stop_grace_period must be more than {STOP_MIN_S}s"


def _local_ports(compose: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(compose):
        for port in service.get("ports", []):
            if not str(port).startswith("127.0.0.1:"):
                yield f"{name}: port {port} must be open to this machine only, 127.0.0.1:…"
    for name, port in PORTS.items():
        if f"127.0.0.1:{port}:{port}" not in compose["services"][name].get("ports", []):
            yield f"{name}: must be open on its port {port}"


def _mounts(compose: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(compose):
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith(".") and not ((ROOT / FILE).parent / source).exists():
                yield f"{name}: mounts {source}, which is not there"
            if not source.startswith(".") and source not in compose["volumes"]:
                yield f"{name}: volume {source} is not declared"


def settings_of(service: str) -> set[str]:
    """The names of the environment that a program of a service reads, as its tables have them."""
    files = [path for path in (ROOT / "common/service/src").glob("*.rs") if path.name != "program.rs"]
    # A setting that several services share.
    files += (ROOT / "common/contract/src").glob("*.rs")
    files += (ROOT / "services" / service / "src").rglob("*.rs")
    names = {name for path in files for name in re.findall(r'\benv: "([A-Z0-9_]+)"', path.read_text())}
    return names | {"SESSION_KEY" if service == "auth" else "SESSION_PUBLIC_KEY"}


def _settings(compose: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(compose, *PORTS):
        unknown = sorted(set(service.get("environment", {})) - settings_of(name))
        if unknown:
            yield f"{name}: {', '.join(unknown)} is no setting of this program (its --help lists them)"


def _simulator(compose: dict[str, Any]) -> Iterator[str]:
    source = (ROOT / "common/provider-simulator/src/main.rs").read_text()
    known = set(re.findall(r'flag\(\s*"([a-z\-]+)"', source))
    for word in compose["services"]["provider-simulator"].get("command", []):
        if word.split("=")[0].removeprefix("--") not in known:
            yield f"provider-simulator: {word.split('=')[0]} is no flag of it"


def _scraped(_: dict[str, Any]) -> Iterator[str]:
    path = "infra/observability/prometheus/prometheus.yml"
    jobs = load(path).get("scrape_configs", []) if (ROOT / path).exists() else []
    scraped = {job["job_name"]: target for job in jobs for config in job["static_configs"] for target in config["targets"]}
    wanted = {name: f"{name}:{port}" for name, port in PORTS.items()}
    if scraped != wanted:
        yield f"services are at {wanted}, but {path} scrapes {scraped}"


def _servers(compose: dict[str, Any]) -> Iterator[str]:
    command = " ".join(compose["services"]["mongo"].get("command", []))
    for option in ("--replSet rs0", "--setParameter transactionLifetimeLimitSeconds=10"):
        if option not in command:
            yield f"mongo: must be started with {option}"
    if "replicaSet=rs0" not in compose["services"]["orders"]["environment"]["MONGODB_URL"]:
        yield "MONGODB_URL must name the replica set rs0"


def _users(compose: dict[str, Any]) -> Iterator[str]:
    """Each service connects as itself, and is made a user with its own rights."""
    script = (ROOT / FILE).with_name("mongodb-set-up.js").read_text()
    conf = (ROOT / FILE).with_name("nats.conf").read_text()
    for name, service in _services(compose, *PORTS):
        environment = service.get("environment", {})
        for variable, scheme in (("MONGODB_URL", "mongodb"), ("NATS_URL", "nats")):
            if not environment.get(variable, "").startswith(f"{scheme}://{name}:"):
                yield f"{name}: {variable} must name the user {name}"
        if f"  {name}: ['{name}'" not in script:
            yield f"mongodb-set-up.js makes no user {name}"
    for name in (*PORTS, "operator"):
        if f'include "users/{name}.conf"' not in conf or f"NATS_{name.upper()}_PASSWORD" not in compose["services"]["nats"].get("environment", {}):
            yield f"nats: has no user {name}, or no password for it"


def _as_in_production(compose: dict[str, Any]) -> Iterator[str]:
    """Tests that run on these servers are tests of what is deployed."""
    path = "infra/k8s/base/kustomization.yaml"
    images = load(path).get("images", []) if (ROOT / path).exists() else []
    deployed = {image["name"]: str(image.get("newTag")) for image in images}
    for name in ("mongo", "nats"):
        tag = compose["services"][name]["image"].split("@")[0].rsplit(":", 1)[1].removesuffix("-alpine")
        if tag != deployed.get(name):
            yield f"{name}: is {tag}, but {path} deploys {deployed.get(name)}"


def routes() -> dict[str, str]:
    """Each path that the public may use, and the service that answers it: by the first word after /api/."""
    owners = {"users": "auth", "tickets": "tickets", "orders": "orders", "payments": "payments"}
    document = json.loads(Path(ROOT, "services/marketplace/openapi.json").read_text())
    return {path: owners[path.split("/")[2]] for path in document["paths"] if path.startswith("/api/")}

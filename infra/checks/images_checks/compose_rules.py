"""Rules of infra/compose/compose.yaml beyond its schema: those of compose.yaml beside this file, and those that relate it to other files."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from breaks import Texts
from command import ROOT
from differences import differences, filled
from listed import PORTS
from program_settings import Settings

FILE = "infra/compose/compose.yaml"
PROMETHEUS = "infra/observability/prometheus/prometheus.yml"
DEPLOYED = "infra/k8s/base/kustomization.yaml"
ROWS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
PINNED = re.compile(r"[a-z0-9.\-]+(/[a-z0-9.\-]+)+:[\w.\-]+@sha256:[0-9a-f]{64}")

Services = dict[str, dict[str, Any]]


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def gather() -> Texts:
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in (FILE, PROMETHEUS, DEPLOYED)}


def broken(texts: Texts, known: dict[str, Settings]) -> list[str]:
    """A line for each rule that does not hold."""
    compose, prometheus, deployed = (yaml.safe_load(texts[name]) for name in (FILE, PROMETHEUS, DEPLOYED))
    services: Services = compose["services"]
    found = [*_said(services), *_images(services, deployed), *_ports(services), *_mounts(compose), *_environment(services, known), *_scraped(prometheus)]
    return [f"{FILE}: {line}" for line in found]


def _said(services: Services) -> Iterator[str]:
    for row in ROWS:
        for name in PORTS if row["for"] == "services" else [row["for"]]:
            has = filled(row["has"], {"$name": name, "$port": PORTS.get(name)})
            yield from (f"{name}: {what}" for what in differences(has, services.get(name, {})))


def _images(services: Services, deployed: dict[str, Any]) -> Iterator[str]:
    """Pinned, and as deployed: tests on these servers are tests of the deployed versions."""
    for name, service in services.items():
        if "build" in service:
            if not (ROOT / service["build"]["dockerfile"]).is_file():
                yield f"{name}: must be built by a Dockerfile that exists"
        elif not PINNED.fullmatch(service.get("image", "")):
            yield f"{name}: image must be a registry, a tag and a digest, not {service.get('image')}"
    tags = {image["name"]: str(image.get("newTag")) for image in deployed["images"]}
    for name in ("mongo", "nats"):
        tag = services[name]["image"].split("@")[0].rsplit(":", 1)[1].removesuffix("-alpine")
        if tag != tags.get(name):
            yield f"{name}: is {tag}, but {DEPLOYED} deploys {tags.get(name)}"


def _ports(services: Services) -> Iterator[str]:
    for name, service in services.items():
        for port in service.get("ports", []):
            if not str(port).startswith("127.0.0.1:"):
                yield f"{name}: port {port} must be open to this machine only, 127.0.0.1:…"


def _mounts(compose: dict[str, Any]) -> Iterator[str]:
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith(".") and not ((ROOT / FILE).parent / source).exists():
                yield f"{name}: mounts {source}, which does not exist"
            if not source.startswith(".") and source not in compose["volumes"]:
                yield f"{name}: volume {source} is not declared"


def _environment(services: Services, known: dict[str, Settings]) -> Iterator[str]:
    """Settings that the programs have, flags that the simulator has, and a user of both servers for each service."""
    for name in PORTS:
        for unknown in sorted(services[name].get("environment", {}).keys() - known[name].keys()):
            yield f"{name}: {unknown} is no setting of this program (its --help lists them)"
    flags = re.findall(r'flag\(\s*"([a-z\-]+)"', (ROOT / "common/provider-simulator/src/main.rs").read_text())
    for word in services["provider-simulator"]["command"]:
        if word.split("=")[0].removeprefix("--") not in flags:
            yield f"provider-simulator: {word.split('=')[0]} is no flag of it"
    script, conf = ((ROOT / FILE).with_name(name).read_text() for name in ("mongodb-set-up.js", "nats.conf"))
    for name in (*PORTS, "operator"):
        if name in PORTS and f"  {name}: ['{name}'" not in script:
            yield f"mongodb-set-up.js makes no user {name}"
        if f'include "users/{name}.conf"' not in conf or f"NATS_{name.upper()}_PASSWORD" not in services["nats"].get("environment", {}):
            yield f"nats: has no user {name}, or no password for it"


def _scraped(prometheus: dict[str, Any]) -> Iterator[str]:
    jobs = prometheus["scrape_configs"]
    scraped = {job["job_name"]: target for job in jobs for config in job["static_configs"] for target in config["targets"]}
    wanted = {name: f"{name}:{port}" for name, port in PORTS.items()}
    if scraped != wanted:
        yield f"services are at {wanted}, but {PROMETHEUS} scrapes {scraped}"

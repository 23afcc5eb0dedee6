"""Whether skaffold.yaml is of Skaffold's form, builds what the manifests name, and deploys overlays that are there.

Skaffold itself is in no package registry, so it is not run here; the workflow deploy.yml does."""

import re
from collections.abc import Iterator
from pathlib import Path

import breaks
import yaml
from command import ROOT, Options, Steps
from jsonschema import Draft202012Validator
from listed import PORTS

FILE = "skaffold.yaml"
SCHEMA = Path(__file__).resolve().with_name("skaffold.schema.yaml")


def steps(_: Options) -> Steps:
    texts = {FILE: (ROOT / FILE).read_text(encoding="utf-8")}
    yield "rules of skaffold.yaml", lambda: breaks.problems("skaffold", texts, broken)


def broken(texts: dict[str, str]) -> Iterator[str]:
    skaffold = yaml.safe_load(texts[FILE])
    errors = list(Draft202012Validator(yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))).iter_errors(skaffold))
    yield from (f"{FILE}: {error.json_path}: {error.message}" for error in errors)
    if errors:
        return
    artifacts = skaffold["build"]["artifacts"]
    # Everything of our own that a manifest names is built, and nothing else.
    manifests = [path for path in (ROOT / "infra/k8s/base").rglob("*.yaml") if path.name != "kustomization.yaml"]
    named = {name for path in manifests for name in re.findall(r"\bimage: (boxoffice/[a-z\-]+)", path.read_text())}
    if sorted(one["image"] for one in artifacts) != sorted(named):
        yield f"{FILE}: builds {[one['image'] for one in artifacts]}, but infra/k8s/base names {sorted(named)}"
    known = re.findall(r"^ARG (\w+)", (ROOT / "infra/docker/Dockerfile").read_text(), re.MULTILINE)
    for artifact in artifacts:
        given = artifact["docker"].get("buildArgs", {})
        if f"boxoffice/{given.get('PROGRAM', 'boxoffice')}" != artifact["image"]:
            yield f"{FILE}: {artifact['image']} must be built with PROGRAM of the same name"
        yield from (f"{FILE}: {artifact['image']}: the Dockerfile has no ARG {name}" for name in given.keys() - {*known})
    forwarded = [(one["resourceName"], one["localPort"]) for one in skaffold["portForward"]]
    if sorted(forwarded) != sorted(PORTS.items()):
        yield f"{FILE}: portForward: each service has a port of its own, {PORTS}, not {forwarded}"

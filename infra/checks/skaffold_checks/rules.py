"""Rules of skaffold.yaml that no schema can know."""

import re
from collections.abc import Iterator
from typing import Any

from images_checks.said import ROOT, run

FILE = "skaffold.yaml"
OVERLAYS = {"dev": "infra/k8s/overlays/dev", "gke": "infra/k8s/overlays/gke"}


def broken(skaffold: dict[str, Any]) -> list[str]:
    """A line for each rule that does not hold."""
    rules = (_images_of_manifests, _artifacts, _paths, _forwarded, _production)
    return [f"{FILE}: {line}" for rule in rules for line in rule(skaffold)]


def _images_of_manifests(skaffold: dict[str, Any]) -> Iterator[str]:
    """Everything of our own that a manifest names is built, and nothing else."""
    files = (ROOT / "infra/k8s/base").rglob("*.yaml")
    texts = [path.read_text() for path in files if path.name != "kustomization.yaml"]
    named = {name for text in texts for name in re.findall(r"\bimage: (boxoffice/[a-z\-]+)", text)}
    built = [artifact["image"] for artifact in skaffold["build"]["artifacts"]]
    if sorted(built) != sorted(named):
        yield f"builds {sorted(built)}, but infra/k8s/base names {sorted(named)}"


def _artifacts(skaffold: dict[str, Any]) -> Iterator[str]:
    for artifact in skaffold["build"]["artifacts"]:
        docker = artifact["docker"]
        if f"boxoffice/{docker.get('buildArgs', {}).get('PROGRAM', 'boxoffice')}" != artifact["image"]:
            yield f"{artifact['image']} must be built with PROGRAM of the same name"
        if artifact.get("context", ".") != "." or not (ROOT / docker["dockerfile"]).is_file():
            yield f"{artifact['image']} must be built from the root by a Dockerfile that is there"
        text = (ROOT / docker["dockerfile"]).read_text() if (ROOT / docker["dockerfile"]).is_file() else ""
        for name in docker.get("buildArgs", {}):
            if not re.search(rf"^ARG {name}\b", text, re.MULTILINE):
                yield f"{artifact['image']}: {docker['dockerfile']} has no ARG {name}"


def _paths(skaffold: dict[str, Any]) -> Iterator[str]:
    gke = next((profile for profile in skaffold.get("profiles", []) if profile["name"] == "gke"), {})
    for overlay, config in (("dev", skaffold), ("gke", gke)):
        paths = config.get("manifests", {}).get("kustomize", {}).get("paths")
        if paths != [OVERLAYS[overlay]] or not (ROOT / OVERLAYS[overlay] / "kustomization.yaml").is_file():
            yield f"{overlay} must deploy {OVERLAYS[overlay]}, which must be there, not {paths}"


def _forwarded(skaffold: dict[str, Any]) -> Iterator[str]:
    services = {path.parent.name for path in (ROOT / "infra/k8s/base").glob("*/patch.yaml")}
    for forward in skaffold.get("portForward", []):
        if forward["resourceName"] not in services or forward.get("namespace") != "boxoffice":
            yield f"portForward: {forward['resourceName']} is no service in the namespace boxoffice"
    ports = [forward.get("localPort") for forward in skaffold.get("portForward", [])]
    if len(set(ports)) != len(ports):
        yield f"portForward: each needs a port of its own, not {ports}"


def _production(skaffold: dict[str, Any]) -> Iterator[str]:
    gke = next((profile for profile in skaffold.get("profiles", []) if profile["name"] == "gke"), {}).get("build", {})
    if gke.get("tagPolicy", {}).get("gitCommit", {}).get("variant") != "CommitSha":
        yield "gke: images must be tagged by the whole digest of the commit"
    if gke.get("local", {}).get("push") is not True:
        yield "gke: images must be pushed"


def renders() -> str:
    """Both overlays, with kubectl if it is there; infra/checks/manifests does it in any case."""
    for path in OVERLAYS.values():
        run("kubectl", "kustomize", path, what=path)
    return "both overlays render"

"""What kustomize makes of a base or an overlay, and ways to find things in it."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from command import ROOT, run
from listed import NAMES as SERVICES, PUBLIC as PUBLIC

KUSTOMIZATIONS = Path("infra/k8s")
NAMES = ("base", "overlays/dev", "overlays/gke")

Document = dict[str, Any]


@dataclass(frozen=True)
class Rendering:
    """The documents of one base or overlay."""

    name: str
    documents: list[Document]

    def kind(self, *kinds: str) -> list[Document]:
        return [document for document in self.documents if document["kind"] in kinds]

    def find(self, kind: str, name: str) -> Document | None:
        return next((one for one in self.kind(kind) if one["metadata"]["name"] == name), None)

    def problem(self, rule: str, what: str, document: Document | None = None) -> str:
        """A report: the overlay, the resource and the file it began in, the rule, and the violation."""
        place = str(KUSTOMIZATIONS / self.name)
        if document:
            origin = document["metadata"].get("annotations", {}).get("config.kubernetes.io/origin", "path: unknown")
            file = yaml.safe_load(origin)
            place += f" {document['kind']}/{document['metadata']['name']} ({file.get('path') or file['configuredIn']})"
        return f"{place}: {rule}: {what}"


def parsed(name: str, text: str) -> Rendering:
    return Rendering(name, list(yaml.load_all(text, yaml.CSafeLoader)))


def pod(workload: Document) -> Document:
    """The specification of a workload's pods."""
    return workload["spec"]["template"]["spec"]


def containers(workload: Document) -> list[Document]:
    return [*pod(workload).get("initContainers", []), *pod(workload)["containers"]]


def container(workload: Document, name: str) -> Document:
    """The container of this name; an empty one if there is none, which no rule accepts."""
    return next((one for one in pod(workload)["containers"] if one["name"] == name), {})


def services(rendering: Rendering) -> Iterator[tuple[str, Document]]:
    """The Deployments of the services that exist, by name; expected.yaml has all of them."""
    for name in SERVICES:
        deployment = rendering.find("Deployment", name)
        if deployment:
            yield name, deployment


def render(name: str) -> str:
    """Renders one, each resource with a note of the file that it began in."""
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made).resolve()
        root = os.path.relpath(ROOT, scratch)
        # Around what is there, so that nothing in it has to ask for the notes.
        wrapper = {"resources": [f"{root}/{KUSTOMIZATIONS / name}"], "buildMetadata": ["originAnnotations"]}
        (scratch / "kustomization.yaml").write_text(yaml.safe_dump(wrapper), encoding="utf-8")
        rendered = run("kubectl", "kustomize", scratch, what=f"{KUSTOMIZATIONS / name} cannot be rendered")
    return rendered.replace(f"{root}/", "")

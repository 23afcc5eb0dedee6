"""What kustomize makes of a base or an overlay, and ways to find things in it."""

import copy
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tools
import yaml
from listed import NAMES as SERVICES
from listed import PUBLIC as PUBLIC

ROOT = Path(__file__).resolve().parents[3]
KUSTOMIZATIONS = Path("infra/k8s")
NAMES = ("base", "overlays/dev", "overlays/gke")

ORIGIN = "config.kubernetes.io/origin"

Document = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and by which rule."""

    place: str
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.rule}: {self.what}"


@dataclass
class Rendering:
    """The documents of one base or overlay."""

    name: str
    documents: list[Document]
    # The file each document began in.
    origins: dict[int, str] = field(default_factory=dict)

    def kind(self, *kinds: str) -> list[Document]:
        return [document for document in self.documents if document["kind"] in kinds]

    def find(self, kind: str, name: str) -> Document | None:
        return next((one for one in self.kind(kind) if one["metadata"]["name"] == name), None)

    def place(self, document: Document | None = None) -> str:
        """Where a reader finds it: the overlay, the resource, and the file it began in."""
        here = str(KUSTOMIZATIONS / self.name)
        if document is None:
            return here
        origin = self.origins.get(id(document))
        return f"{here} {document['kind']}/{document['metadata']['name']}" + (f" ({origin})" if origin else "")

    def problem(self, rule: str, what: str, document: Document | None = None) -> Problem:
        return Problem(self.place(document), rule, what)

    def copy(self) -> "Rendering":
        """One that may be broken without harm to this."""
        documents = copy.deepcopy(self.documents)
        origins = {
            id(new): self.origins[id(old)]
            for old, new in zip(self.documents, documents, strict=True)
            if id(old) in self.origins
        }
        return Rendering(self.name, documents, origins)

    def text(self) -> str:
        return yaml.safe_dump_all(self.documents, sort_keys=False)


def pod(workload: Document) -> Document:
    """The specification of a workload's pods."""
    specification: Document = workload["spec"]["template"]["spec"]
    return specification


def containers(workload: Document) -> list[Document]:
    return [*pod(workload).get("initContainers", []), *pod(workload)["containers"]]


def container(workload: Document, name: str) -> Document:
    """The container of this name; an empty one if there is none, which no rule likes."""
    return next((one for one in pod(workload)["containers"] if one["name"] == name), {})


def services(rendering: Rendering) -> Iterator[tuple[str, Document]]:
    """The Deployments of the services that exist, by name; that all exist, is a rule of its own."""
    for name in SERVICES:
        deployment = rendering.find("Deployment", name)
        if deployment:
            yield name, deployment


def render(name: str) -> Rendering:
    """Renders one, and notes the file that each resource began in."""
    directory = (ROOT / KUSTOMIZATIONS / name).resolve()
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made).resolve()
        # Around what is there, so that nothing in it has to ask for the notes.
        wrapper = {"resources": [os.path.relpath(directory, scratch)], "buildMetadata": ["originAnnotations"]}
        (scratch / "kustomization.yaml").write_text(yaml.safe_dump(wrapper), encoding="utf-8")
        try:
            rendered = tools.run(tools.kubectl(), "kustomize", scratch, capture=True)
        except subprocess.CalledProcessError as error:
            raise tools.Missing(f"{KUSTOMIZATIONS / name} cannot be rendered: {error.stderr}") from error
    rendering = Rendering(name, list(yaml.safe_load_all(rendered)))
    for document in rendering.documents:
        rendering.origins[id(document)] = take_origin(document, scratch)
    return rendering


def take_origin(document: Document, scratch: Path) -> str:
    """The file a resource comes from, or the kustomization that generates it; the note about it is removed."""
    noted = yaml.safe_load(document["metadata"]["annotations"].pop(ORIGIN))
    if not document["metadata"]["annotations"]:
        del document["metadata"]["annotations"]
    path = noted.get("path") or noted["configuredIn"]
    return os.path.relpath(os.path.normpath(scratch / path), ROOT)

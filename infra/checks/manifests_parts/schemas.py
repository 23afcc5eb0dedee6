"""Every document fits the schema of its kind, strictly: a field that the kind does not have is an error too."""

import json
import subprocess
import warnings
from collections.abc import Iterable, Iterator

import kubernetes_validate
import tools
from rendering import Document, Problem, Rendering

# The oldest that has `preStop.sleep` without being asked for it, and the newest whose schemas there are.
VERSIONS = ("1.30", "1.37")

# Kinds whose schemas come from packages (crds.mjs), by the beginning of their API version.
PACKAGED = ("gateway.networking.k8s.io/", "external-secrets.io/", "networking.gke.io/")

RULE = "schema"


def check(renderings: Iterable[Rendering]) -> Iterator[Problem]:
    packaged: list[tuple[Rendering, Document]] = []
    for rendering in renderings:
        for document in rendering.documents:
            if document["apiVersion"].startswith(PACKAGED):
                packaged.append((rendering, document))
            else:
                yield from own_kind(rendering, document)
    yield from packaged_kinds(packaged)


def own_kind(rendering: Rendering, document: Document) -> Iterator[Problem]:
    for version in VERSIONS:
        try:
            with warnings.catch_warnings():
                # Kinds without a schema are errors here.
                warnings.simplefilter("ignore")
                kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            path = ".".join(str(step) for step in error.path)
            yield rendering.problem(RULE, f"Kubernetes {version}: {path}: {error.message}", document)
        except kubernetes_validate.SchemaNotFoundError:
            what = f"Kubernetes {version} has no {document['kind']} in {document['apiVersion']}"
            yield rendering.problem(RULE, what, document)


def packaged_kinds(found: list[tuple[Rendering, Document]]) -> Iterator[Problem]:
    """All at once, since the compiler takes seconds to start."""
    if not found:
        return
    given = json.dumps([document for _, document in found])
    command = [tools.node(), tools.PARTS / "crds.mjs", tools.node_modules()]
    try:
        said = tools.run(*command, given=given, capture=True)
    except subprocess.CalledProcessError as error:
        raise tools.Missing(f"the schemas of other resources do not work: {error.stderr}") from error
    for index, what in json.loads(said):
        rendering, document = found[index]
        yield rendering.problem(RULE, what, document)

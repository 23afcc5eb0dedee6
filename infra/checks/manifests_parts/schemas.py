"""Every document fits the schema of its kind, strictly: a field that the kind does not have is an error too."""

import json
import re
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import kubernetes_validate
from command import Broken
from environment import deno

from .rendering import Document, Rendering

# The oldest that has `preStop.sleep` without being asked for it, and the newest whose schemas there are.
VERSIONS = ("1.30", "1.37")

# Kinds that are not Kubernetes' own: the package of deno.json with the types and the validator of each.
PACKAGED = {
    "gateway.networking.k8s.io/v1": "gateway-api",
    "external-secrets.io/v1": "external-secrets",
    "networking.gke.io/v1": "gke",
}

# Types see fields that there are not, validators see bounds and patterns. Some packages are CommonJS, whose exports are in `default`.
VALIDATE = """\
const valid = async (index: number, from: string, document: any) => {
  try { const all: any = await import(from); new (all[document.kind] ?? all.default[document.kind])(document).validate(); }
  catch (error: any) { console.log(JSON.stringify([index, error.message])); }
};
"""


def check(renderings: Iterable[Rendering]) -> Iterator[str]:
    packaged: list[tuple[Rendering, Document]] = []
    for rendering in renderings:
        for document in rendering.documents:
            if document["apiVersion"] in PACKAGED:
                packaged.append((rendering, document))
            else:
                yield from own_kind(rendering, document)
    if packaged:
        for index, what in packaged_kinds([document for _, document in packaged]):
            rendering, document = packaged[index]
            yield rendering.problem("schema", what, document)


def own_kind(rendering: Rendering, document: Document) -> Iterator[str]:
    for version in VERSIONS:
        try:
            with warnings.catch_warnings():
                # Kinds without a schema are errors here.
                warnings.simplefilter("ignore")
                kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            path = ".".join(str(step) for step in error.path)
            yield rendering.problem("schema", f"Kubernetes {version}: {path}: {error.message}", document)
        except kubernetes_validate.SchemaNotFoundError:
            what = f"Kubernetes {version} has no {document['kind']} in {document['apiVersion']}"
            yield rendering.problem("schema", what, document)


def packaged_kinds(documents: list[Document]) -> Iterator[tuple[int, str]]:
    """All at once, since the compiler takes seconds to start: a module with a line for each is compiled and run."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "documents.mts")
        source.write_text(VALIDATE + "".join(line(index, one) for index, one in enumerate(documents)), encoding="utf-8")
        typed, ran = deno("check", source), deno("run", "--allow-env", "--allow-read", source)
    errors = re.findall(r"(TS\d+ \[ERROR\]: .*)\n(?:.*\n)*? +at file:.*/documents\.mts:(\d+):", typed.stderr)
    if ran.returncode or (typed.returncode and not errors):
        raise Broken(f"the schemas of other resources do not work: {ran.stderr}{typed.stderr}")
    yield from ((int(number) - VALIDATE.count("\n") - 1, text) for text, number in errors)
    yield from (json.loads(said) for said in ran.stdout.splitlines())


def line(index: int, document: Document) -> str:
    version, kind = document["apiVersion"], document["kind"]
    module = f'"@kubernetes-models/{PACKAGED[version]}/{version}/{kind}"'
    return f"await valid({index}, {module}, {json.dumps(document)} satisfies import({module}).I{kind});\n"

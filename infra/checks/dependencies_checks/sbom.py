"""The crates of the program as a CycloneDX document, from what cargo resolves and Cargo.lock pins."""

import json
import tomllib
from collections.abc import Iterator
from typing import Any

from command import ROOT, run
from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.output.json import JsonV1Dot5
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

# The package whose program is shipped, and the systems it is built for.
PROGRAM = "marketplace"
TARGETS = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu")
Crate = tuple[str, str]


def linked() -> set[Crate]:
    """Names and versions of the packages that the program links, itself included."""
    targets = [word for target in TARGETS for word in ("--target", target)]
    tree = run("cargo", "tree", "--locked", "--package", PROGRAM, *targets, "--edges", "normal,no-proc-macro", "--prefix", "none", what="cannot resolve")
    lines = (line.split() for line in tree.splitlines() if line)
    return {(words[0], words[1].removeprefix("v")) for words in lines}


def component(package: dict[str, Any], checksums: dict[Crate, str]) -> Component:
    name, version = package["name"], package["version"]
    found = Component(name=name, version=version, type=ComponentType.APPLICATION if name == PROGRAM else ComponentType.LIBRARY)
    # Some write the licences that one may choose from in an older way.
    if package["license"]:
        found.licenses.add(LicenseFactory().make_from_string(package["license"].replace("/", " OR ")))
    if package["source"]:
        found.purl = PackageURL("cargo", None, name, version)
        found.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=checksums[name, version]))
    if package["repository"]:
        found.external_references.add(ExternalReference(type=ExternalReferenceType.VCS, url=XsUri(package["repository"])))
    found.bom_ref.value = f"{name}@{version}"
    return found


def made_of(metadata: dict[str, Any], lock: dict[str, Any], wanted: set[Crate]) -> Bom:
    checksums = {(package["name"], package["version"]): package.get("checksum", "") for package in lock["package"]}
    components = {
        package["id"]: component(package, checksums) for package in metadata["packages"] if (package["name"], package["version"]) in wanted
    }
    own = next(package["version"] for package in metadata["packages"] if package["name"] == PROGRAM)
    whole = Component(name="boxoffice", version=own, type=ComponentType.APPLICATION, bom_ref="boxoffice")
    bom = Bom(components=components.values())
    bom.metadata.component = whole
    bom.dependencies.add(Dependency(whole.bom_ref, [Dependency(c.bom_ref) for c in components.values() if c.name == PROGRAM]))
    for node in metadata["resolve"]["nodes"]:
        if node["id"] in components:
            needs = [Dependency(components[needed].bom_ref) for needed in node["dependencies"] if needed in components]
            bom.dependencies.add(Dependency(components[node["id"]].bom_ref, needs))
    return bom


def sbom() -> str:
    """The document."""
    platforms = [word for target in TARGETS for word in ("--filter-platform", target)]
    metadata = json.loads(run("cargo", "metadata", "--locked", "--format-version", "1", *platforms, what="cannot resolve"))
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())
    return JsonV1Dot5(made_of(metadata, lock, linked())).output_as_string(indent=1)


def misshapen(document: str) -> Iterator[str]:
    """What is wrong with a document's form."""
    if error := JsonStrictValidator(SchemaVersion.V1_5).validate_str(document):
        yield f"not CycloneDX 1.5: {error}"


def incomplete(document: str) -> Iterator[str]:
    """What a document leaves out, or has too much."""
    listed = {(entry["name"], entry["version"]): entry for entry in json.loads(document)["components"]}
    if missing := linked() - listed.keys():
        yield f"left out: {sorted(missing)}"
    names = {name for name, _ in listed}
    # What the program must have, and what only tests, builds or simulates.
    for name in {PROGRAM, "orders", "contract", "mongodb", "async-nats", "async-stripe", "libsqlite3-sys"} - names:
        yield f"{name} is linked and not listed"
    for name in names & {"testing", "provider-simulator", "proptest", "stateright", "serde_derive", "cc"}:
        yield f"{name} is listed and not linked"
    for (name, version), entry in listed.items():
        if "purl" in entry and not (entry.get("hashes") and entry.get("licenses")):
            yield f"{name} {version} has no hash or no licence"

"""Rules of what is secret, and of what names something else: both by reference, and what is named is there."""

import re
from collections.abc import Iterator

from command import ROOT
from facts import Facts
from rendering import KUSTOMIZATIONS, Document, Rendering, containers, pod
from workloads import workloads

README = KUSTOMIZATIONS / "README.md"

# Keys of Stripe's, private keys, and passwords in addresses, unless they are taken in at run time.
SECRET_VALUE = re.compile(r"\b[sr]k_(?:live|test)_\w|\bwhsec_\w|PRIVATE KEY-----|://[^/\s:@]*:(?!\$\()[^/\s@]+@")
SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|CREDENTIALS|_KEY$")


def no_secret_values(rendering: Rendering, _: Facts) -> Iterator[str]:
    for secret in rendering.kind("Secret"):
        is_marked = secret["metadata"].get("annotations", {}).get("boxoffice/secret") == "dev-only"
        if rendering.name != "overlays/dev" or not is_marked:
            what = "a secret's value is in the repository, and is not a dev-only one of overlays/dev"
            yield rendering.problem("no-secret-values", what, secret)
    for document, name, value in plain_values(rendering):
        named = SECRET_NAME.search(name) and value and "$(" not in value and not value.startswith("/")
        if named or SECRET_VALUE.search(value):
            yield rendering.problem("no-secret-values", f"the value of {name} looks secret", document)


def plain_values(rendering: Rendering) -> Iterator[tuple[Document, str, str]]:
    """Everything that anybody may read who may read the manifests: where, under which name, and what."""
    for one in rendering.kind("ConfigMap"):
        yield from ((one, name, value) for name, value in one.get("data", {}).items())
    for workload in workloads(rendering):
        for one in containers(workload):
            yield from ((workload, variable["name"], variable.get("value", "")) for variable in one.get("env", []))
            yield from ((workload, f"an argument of {one['name']}", argument) for argument in one.get("args", []))


def secret_keys(workload: Document) -> Iterator[tuple[str, str]]:
    """Names of Secrets with the keys that are taken from them; "*" for all of them."""
    for one in containers(workload):
        for variable in one.get("env", []):
            taken = variable.get("valueFrom", {}).get("secretKeyRef")
            if taken:
                yield taken["name"], taken["key"]
        for source in one.get("envFrom", []):
            if "secretRef" in source:
                yield source["secretRef"]["name"], "*"
    for volume in pod(workload).get("volumes", []):
        if "secret" in volume:
            items = volume["secret"].get("items", [{"key": "*"}])
            yield from ((volume["secret"]["secretName"], item["key"]) for item in items)


def secrets_are_there(rendering: Rendering, _: Facts) -> Iterator[str]:
    """On a laptop from the repository, on GKE from the secret store; everywhere else by hand, as the README says."""
    readme = (ROOT / README).read_text(encoding="utf-8")
    for workload in workloads(rendering):
        for name, key in secret_keys(workload):
            if key == "*":
                what = f"it takes all of the Secret {name} instead of the keys it needs"
                yield rendering.problem("secrets", what, workload)
            elif rendering.name == "overlays/dev":
                if key not in (rendering.find("Secret", name) or {}).get("data", {}):
                    yield rendering.problem("secrets", f"there is no Secret {name} with {key}", workload)
            elif not re.search(rf"^\| `{name}` \|.*`{key}`", readme, re.MULTILINE):
                what = f"{README} does not say that a Secret {name} with {key} is needed"
                yield rendering.problem("secrets", what, workload)
            elif rendering.name == "overlays/gke" and not rendering.find("ExternalSecret", name):
                yield rendering.problem("secrets", f"no ExternalSecret makes the Secret {name}", workload)


def configuration_is_there(rendering: Rendering, _: Facts) -> Iterator[str]:
    for workload in workloads(rendering):
        for name, key in configuration_keys(workload):
            data = (rendering.find("ConfigMap", name) or {}).get("data")
            if data is None or (key and key not in data):
                what = f"there is no ConfigMap {name}" + (f" with {key}" if key else "")
                yield rendering.problem("configuration", what, workload)


def configuration_keys(workload: Document) -> Iterator[tuple[str, str]]:
    for one in containers(workload):
        for source in one.get("envFrom", []):
            if "configMapRef" in source:
                yield source["configMapRef"]["name"], ""
        for variable in one.get("env", []):
            taken = variable.get("valueFrom", {}).get("configMapKeyRef")
            if taken:
                yield taken["name"], taken["key"]
        volumes = [volume for volume in pod(workload).get("volumes", []) if "configMap" in volume]
        maps = {volume["name"]: volume["configMap"]["name"] for volume in volumes}
        for mount in one.get("volumeMounts", []):
            if mount["name"] in maps:
                yield maps[mount["name"]], mount.get("subPath", "")


RULES = (no_secret_values, secrets_are_there, configuration_is_there)

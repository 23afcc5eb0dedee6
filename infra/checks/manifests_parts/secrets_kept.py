"""Rules of what is secret, and of what names something else: both by reference, and what is named is there."""

import re
from collections.abc import Iterator

from command import ROOT

from .facts import Facts
from .rendering import KUSTOMIZATIONS, Document, Rendering, containers, pod
from .workloads import workloads

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
        # A file, or a key of Stripe's that every page contains.
        is_public = value.startswith(("/", "pk_"))
        named = SECRET_NAME.search(name) and value and "$(" not in value and not is_public
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


def references(workload: Document) -> Iterator[tuple[str, str, str]]:
    """Secrets and ConfigMaps that a workload takes: kind, name, and the key; "" for all keys."""
    for kind, word in (("Secret", "secret"), ("ConfigMap", "configMap")):
        for one in containers(workload):
            for variable in one.get("env", []):
                if taken := variable.get("valueFrom", {}).get(f"{word}KeyRef"):
                    yield kind, taken["name"], taken["key"]
            yield from ((kind, source[f"{word}Ref"]["name"], "") for source in one.get("envFrom", []) if f"{word}Ref" in source)
        for volume in pod(workload).get("volumes", []):
            if word in volume:
                mounts = [mount for one in containers(workload) for mount in one.get("volumeMounts", []) if mount["name"] == volume["name"]]
                items = [one["key"] for one in volume[word].get("items", [])]
                # A Secret without a list is taken as a whole, whatever of it is mounted.
                keys = (items or [""]) if kind == "Secret" else items + [mount.get("subPath", "") for mount in mounts]
                yield from ((kind, volume[word].get("secretName") or volume[word]["name"], key) for key in keys)


def references_are_there(rendering: Rendering, _: Facts) -> Iterator[str]:
    """Secrets on a laptop from the repository, on GKE from the secret store; everywhere else by hand, as the README says."""
    readme = (ROOT / README).read_text(encoding="utf-8")
    for workload in workloads(rendering):
        for kind, name, key in references(workload):
            data, what = (rendering.find(kind, name) or {}).get("data"), ""
            if kind == "ConfigMap":
                if data is None or (key and key not in data):
                    where = f"{name} with {key}" if key else name
                    yield rendering.problem("configuration", f"there is no ConfigMap {where}", workload)
            elif not key:
                what = f"it takes all of the Secret {name} instead of the keys it needs"
            elif rendering.name == "overlays/dev":
                if key not in (data or {}):
                    what = f"there is no Secret {name} with {key}"
            elif not re.search(rf"^\| `{name}` \|.*`{key}`", readme, re.MULTILINE):
                what = f"{README} does not say that a Secret {name} with {key} is needed"
            elif rendering.name == "overlays/gke" and not rendering.find("ExternalSecret", name):
                what = f"no ExternalSecret makes the Secret {name}"
            if what:
                yield rendering.problem("secrets", what, workload)


RULES = (no_secret_values, references_are_there)

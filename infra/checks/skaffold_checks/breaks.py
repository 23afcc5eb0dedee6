"""Mistakes in skaffold.yaml, made on purpose: each must be seen."""

from collections.abc import Callable
from typing import Any

Config = dict[str, Any]


def _gke(config: Config) -> Config:
    return config["profiles"][0]


BREAKS: list[tuple[str, Callable[[Config], Any]]] = [
    ("another version of the format", lambda c: c.__setitem__("apiVersion", "skaffold/v4beta99")),
    ("a word that Skaffold does not know", lambda c: c["build"].__setitem__("artefacts", [])),
    ("a policy that there is not", lambda c: c["build"].__setitem__("tagPolicy", {"commit": {}})),
    ("a number that is text", lambda c: c["portForward"][0].__setitem__("port", "80")),
    ("an image that is not built", lambda c: c["build"]["artifacts"].pop()),
    ("an image that no manifest names", lambda c: c["build"]["artifacts"][0].__setitem__("image", "boxoffice/users")),
    ("an image of another program", lambda c: c["build"]["artifacts"][0]["docker"]["buildArgs"].__setitem__("PROGRAM", "orders")),
    ("an argument that the Dockerfile has not", lambda c: c["build"]["artifacts"][0]["docker"]["buildArgs"].__setitem__("TARGET", "auth")),
    ("a Dockerfile that is not there", lambda c: c["build"]["artifacts"][0]["docker"].__setitem__("dockerfile", "Dockerfile")),
    ("the wrong overlay", lambda c: c["manifests"]["kustomize"].__setitem__("paths", ["infra/k8s/base"])),
    ("production from the overlay for laptops", lambda c: _gke(c)["manifests"]["kustomize"].__setitem__("paths", ["infra/k8s/overlays/dev"])),
    ("a forwarded service that there is not", lambda c: c["portForward"][0].__setitem__("resourceName", "users")),
    ("one port for two", lambda c: c["portForward"][0].__setitem__("localPort", 3002)),
    ("production without pushing", lambda c: _gke(c)["build"]["local"].__setitem__("push", False)),
    ("production tagged by something else", lambda c: _gke(c)["build"].__setitem__("tagPolicy", {"inputDigest": {}})),
]

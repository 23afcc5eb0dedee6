"""Rendered documents have the content that expected.yaml requires."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from differences import differences, filled
from listed import CALLS, PORTS

from .facts import Facts
from .rendering import NAMES, PUBLIC, SERVICES, Document, Rendering, services
from .settings import given

ROWS, SETTINGS = yaml.safe_load_all(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def subject(kind: str, name: str, app: str, component: str, nodes: str = "") -> Document:
    labels = {"app.kubernetes.io/component": component, "app.kubernetes.io/name": app}
    return {"$kind": kind, "$name": name, "$labels": labels, "$nodes": nodes, "$port": PORTS.get(app)}


OF_SERVICES = [subject("Deployment", name, name, "service") for name in SERVICES]
OF_MONGODB = [subject("StatefulSet", f"{name}-mongodb", name, "mongodb", f"{name}-mongodb") for name in SERVICES]
OF_SERVERS = [*OF_MONGODB, subject("StatefulSet", "nats", "nats", "broker", "nats-nodes")]
SUBJECTS = {
    "services": OF_SERVICES,
    "public": [one for one in OF_SERVICES if one["$name"] in PUBLIC],
    "mongodb": OF_MONGODB,
    "servers": OF_SERVERS,
    "workloads": [*OF_SERVICES, *OF_SERVERS],
    "cluster": [{}],
}


def documents(rendering: Rendering, _: Facts) -> Iterator[str]:
    for row in ROWS:
        for values in SUBJECTS[row.get("for", "cluster")] if rendering.name in row.get("in", NAMES) else ():
            kind, name = filled(row["document"], values).split("/")
            document = rendering.find(kind, name)
            if document is None:
                yield rendering.problem(row["rule"], f"there is no {kind} {name}")
            else:
                for what in differences(filled(row["has"], values), document):
                    yield rendering.problem(row["rule"], what, document)


def settings(rendering: Rendering, _: Facts) -> Iterator[str]:
    for service, deployment in services(rendering):
        values = given(rendering, deployment)
        # The names of Services, which are on port 80.
        urls = {f"{called.upper()}_URL": f"http://{called}" for called in CALLS[service]}
        for name, wanted in (SETTINGS[rendering.name] | urls).items():
            if values.get(name) != wanted:
                yield rendering.problem("told", f"{name} is {values.get(name)!r}, not {wanted!r}", deployment)


RULES = (documents, settings)

"""Who reaches whom, worked out from the NetworkPolicies for every pair, and compared with who should.

A cluster enforces them; what is checked here is what they say. Known pods are the workloads' own; outsiders stand for all that
is beyond the namespace.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from facts import Facts
from listed import PORTS as PORT_OF
from rendering import PUBLIC, SERVICES, Document, Rendering, containers
from workloads import selected, workloads

NAMESPACE = "boxoffice"


@dataclass(frozen=True)
class Peer:
    """One end of a connection: a pod, or a host outside the cluster that has only an address."""

    name: str
    namespace: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    address: str = ""
    # Numbers of its ports by name.
    ports: tuple[tuple[str, int], ...] = ()


def outsider(name: str, namespace: str = "", address: str = "", **labels: str) -> Peer:
    return Peer(name, namespace, tuple(labels.items()), address)


OUTSIDERS = (
    Peer("names", "kube-system", (("k8s-app", "kube-dns"),)),
    Peer("collector", "monitoring", (("app.kubernetes.io/name", "otel-collector"),)),
    outsider("prometheus", "monitoring", app="prometheus"),
    outsider("google-metrics", "gmp-system"),
    outsider("controller", "ingress-nginx"),
    outsider("stranger", "default"),
    outsider("load-balancer", address="35.191.1.1"),
    outsider("internet", address="93.184.216.34"),
    outsider("private", address="10.1.2.3"),
    outsider("metadata", address="169.254.169.254"),
)

# Ports that something listens on, and one that nothing does.
PORTS = (53, 80, 443, *PORT_OF.values(), 4222, 4318, 6222, 8222, 27017, 9999)

Flow = tuple[str, str, int]


def peers(rendering: Rendering) -> list[Peer]:
    pods = []
    for workload in workloads(rendering):
        labels = tuple(workload["spec"]["template"]["metadata"]["labels"].items())
        ports = [port for one in containers(workload) for port in one.get("ports", [])]
        named = tuple((port["name"], port["containerPort"]) for port in ports)
        pods.append(Peer(workload["metadata"]["name"], NAMESPACE, labels, "", named))
    return [*pods, *OUTSIDERS]


def admits(rule: list[Document] | None, peer: Peer) -> bool:
    """Whether the `from` or `to` of a rule takes a peer; none takes everybody."""
    if not rule:
        return True
    return any(admits_one(one, peer) for one in rule)


def admits_one(one: Document, peer: Peer) -> bool:
    block = one.get("ipBlock")
    if block:
        if not peer.address:
            return False
        address = ipaddress.ip_address(peer.address)
        inside = address in ipaddress.ip_network(block["cidr"])
        return inside and not any(address in ipaddress.ip_network(cidr) for cidr in block.get("except", []))
    if not peer.namespace:
        return False
    if "namespaceSelector" in one:
        if not selected(one["namespaceSelector"], {"kubernetes.io/metadata.name": peer.namespace}):
            return False
    elif peer.namespace != NAMESPACE:
        return False
    return selected(one.get("podSelector", {}), dict(peer.labels))


def opens(rule: Document, port: int, to: Peer) -> bool:
    """Whether a rule is about a port, by number or by the name that the pod on that side gives it."""
    wanted: list[Any] = [one["port"] for one in rule.get("ports", [])]
    return not wanted or port in wanted or any(dict(to.ports).get(name) == port for name in wanted)


def rules_about(policies: list[Document], peer: Peer, direction: str) -> list[Document] | None:
    """The rules for connections of a pod in one direction; none at all where nothing is denied."""
    if peer.namespace != NAMESPACE:
        return None
    about = [
        one["spec"]
        for one in policies
        if direction in one["spec"]["policyTypes"] and selected(one["spec"]["podSelector"], dict(peer.labels))
    ]
    return [rule for one in about for rule in one.get(direction.lower(), [])] if about else None


def passes(rules: list[Document] | None, side: str, peer: Peer, to: Peer, port: int) -> bool:
    return rules is None or any(opens(rule, port, to) and admits(rule.get(side), peer) for rule in rules)


def flows(rendering: Rendering) -> set[Flow]:
    """Every connection that the policies let through, of those with an end in the namespace."""
    policies, everybody = rendering.kind("NetworkPolicy"), peers(rendering)
    leaving = {peer: rules_about(policies, peer, "Egress") for peer in everybody}
    coming = {peer: rules_about(policies, peer, "Ingress") for peer in everybody}
    return {
        (source.name, target.name, port)
        for source in everybody
        for target in everybody
        if NAMESPACE in (source.namespace, target.namespace)
        for port in PORTS
        if passes(leaving[source], "to", target, target, port) and passes(coming[target], "from", source, target, port)
    }


def wanted(rendering: Rendering) -> set[Flow]:
    """Who should reach whom, and nobody else."""
    sets = [f"{service}-mongodb" for service in SERVICES]
    some: set[Flow] = {(source, "names", 53) for source in [*SERVICES, *sets, "nats"]}
    for service in SERVICES:
        some |= {(service, "nats", 4222), (service, "nats", 8222), (service, "collector", 4318)}
        some |= {(source, service, PORT_OF[service]) for source in ("prometheus", "collector", "google-metrics")}
        some |= {(source, f"{service}-mongodb", 27017) for source in (service, f"{service}-mongodb")}
    some |= {("nats", "nats", 6222)}
    some |= {(source, "nats", 8222) for source in ("prometheus", "collector", "google-metrics")}
    entrance = {"overlays/dev": "controller", "overlays/gke": "load-balancer"}.get(rendering.name)
    if entrance:
        some |= {(entrance, service, PORT_OF[service]) for service in PUBLIC}
    if rendering.name == "overlays/gke":
        # Names are answered by the node, too; Stripe's addresses are anybody's, Google's load balancers among them.
        some |= {(source, "metadata", 53) for source in [*SERVICES, *sets, "nats"]}
        some |= {("payments", "internet", 443), ("payments", "load-balancer", 443)}
    return some


def reach(rendering: Rendering, _: Facts) -> Iterator[str]:
    there, should = flows(rendering), wanted(rendering)
    for source, target, port in sorted(there - should):
        yield rendering.problem("reach", f"{source} reaches {target} on {port}, and should not")
    for source, target, port in sorted(should - there):
        yield rendering.problem("reach", f"{source} does not reach {target} on {port}")


def denied_by_default(rendering: Rendering, _: Facts) -> Iterator[str]:
    """Also pods that somebody adds later."""
    everybody = [one["spec"] for one in rendering.kind("NetworkPolicy") if not one["spec"]["podSelector"]]
    if {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} not in everybody:
        yield rendering.problem("denied-by-default", "no NetworkPolicy denies everybody everything, in and out")


RULES = (reach, denied_by_default)

"""Flows between every pair of peers, computed from the NetworkPolicies and compared with network.yaml.

A cluster enforces the policies; this check evaluates their text. Pods are those of the workloads.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from differences import filled
from listed import CALLS, PORTS as PORT_OF

from .facts import Facts
from .rendering import PUBLIC, SERVICES, Document, Rendering, containers
from .workloads import selected, workloads

NAMESPACE = "boxoffice"
TABLES = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))

# Ports that something listens on, and one that nothing does.
PORTS = (53, 80, 443, 465, 587, *PORT_OF.values(), 4222, 4318, 6222, 8222, 27017, 9999)

Flow = tuple[str, str, int]


@dataclass(frozen=True)
class Peer:
    """One end of a connection."""

    name: str
    namespace: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    address: str = ""
    # Numbers of its ports by name.
    ports: dict[str, int] = field(default_factory=dict)


def peers(rendering: Rendering) -> list[Peer]:
    found = [Peer(name, **outsider) for name, outsider in TABLES["outsiders"].items()]
    for workload in workloads(rendering):
        labels = workload["spec"]["template"]["metadata"]["labels"]
        ports = {port["name"]: port["containerPort"] for one in containers(workload) for port in one.get("ports", [])}
        found.append(Peer(workload["metadata"]["name"], NAMESPACE, labels, "", ports))
    return found


def admits(one: Document, peer: Peer) -> bool:
    """Whether an entry of `from` or `to` takes a peer."""
    block = one.get("ipBlock")
    if block and peer.address:
        address, left_out = ipaddress.ip_address(peer.address), block.get("except", [])
        return address in ipaddress.ip_network(block["cidr"]) and not any(address in ipaddress.ip_network(cidr) for cidr in left_out)
    if block or peer.address:
        return False
    name = {"kubernetes.io/metadata.name": peer.namespace}
    here = selected(one["namespaceSelector"], name) if "namespaceSelector" in one else peer.namespace == NAMESPACE
    return here and selected(one.get("podSelector", {}), peer.labels)


def rules_about(policies: list[Document], peer: Peer, direction: str) -> list[Document] | None:
    """The rules for connections of a pod in one direction; None where nothing is denied."""
    about = [one for one in policies if direction in one["policyTypes"] and selected(one["podSelector"], peer.labels)]
    if peer.namespace != NAMESPACE or not about:
        return None
    return [rule for one in about for rule in one.get(direction.lower(), [])]


def passes(rules: list[Document] | None, side: str, peer: Peer, to: Peer, port: int) -> bool:
    """Whether a rule is about the port, by number or by the name that the pod on that side gives it, and takes the peer."""
    for rule in rules or []:
        wanted = [to.ports.get(one["port"], one["port"]) for one in rule.get("ports") or [{"port": port}]]
        if port in wanted and (not rule.get(side) or any(admits(one, peer) for one in rule[side])):
            return True
    return rules is None


def flows(rendering: Rendering) -> set[Flow]:
    """Every connection that the policies let through, of those with an end in the namespace."""
    policies, everybody = [one["spec"] for one in rendering.kind("NetworkPolicy")], peers(rendering)
    leaving = {peer.name: rules_about(policies, peer, "Egress") for peer in everybody}
    coming = {peer.name: rules_about(policies, peer, "Ingress") for peer in everybody}
    return {
        (source.name, target.name, port)
        for source in everybody
        for target in everybody
        if NAMESPACE in (source.namespace, target.namespace)
        for port in PORTS
        if passes(leaving[source.name], "to", target, target, port) and passes(coming[target.name], "from", source, target, port)
    }


def wanted(rendering: Rendering) -> set[Flow]:
    rows = [*TABLES["flows"]["all"], *TABLES["flows"].get(rendering.name, [])]
    names = [{"$service": name, "$port": PORT_OF[name]} | ({"$public": name} if name in PUBLIC else {}) for name in SERVICES]
    names += [{"$caller": name, "$called": called, "$port": PORT_OF[called]} for name in SERVICES for called in CALLS[name]]
    return {tuple(filled(row, values)) for row in rows for values in names if unfilled(row) <= values.keys()}


def unfilled(row: list[Any]) -> set[str]:
    """The placeholders of a row."""
    return {word for cell in row for word in re.findall(r"\$[a-z]+", str(cell))}


def reach(rendering: Rendering, _: Facts) -> Iterator[str]:
    there, should = flows(rendering), wanted(rendering)
    for source, target, port in sorted(there - should):
        yield rendering.problem("reach", f"{source} reaches {target} on {port}, and should not")
    for source, target, port in sorted(should - there):
        yield rendering.problem("reach", f"{source} does not reach {target} on {port}")


RULES = (reach,)

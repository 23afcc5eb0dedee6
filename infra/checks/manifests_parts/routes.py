"""Every path of the OpenAPI document below /api and every page is led to the service that serves it, and no other path anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from .facts import HIDDEN, PAGES, Facts
from .rendering import Document, Rendering


@dataclass(frozen=True)
class Lead:
    """A prefix of paths or one path, the Service they are led to, and the resource that says so."""

    prefix: str
    service: str
    source: tuple[str, str]
    exact: bool

    def fits(self, path: str) -> bool:
        """By whole segments, for Ingress and for HTTPRoute."""
        return path == self.prefix if self.exact else f"{path}/".startswith(self.prefix.rstrip("/") + "/")


def leads(rendering: Rendering) -> Iterator[Lead | str]:
    for ingress in rendering.kind("Ingress"):
        for rule in ingress["spec"].get("rules", []):
            for path in rule["http"]["paths"]:
                backend = path["backend"]["service"]
                if path["pathType"] not in ("Prefix", "Exact") or backend["port"] != {"name": "http"}:
                    what = f"{path['path']} is not a prefix or a path that leads to a port http"
                    yield rendering.problem("paths", what, ingress)
                source = ("Ingress", ingress["metadata"]["name"])
                yield Lead(path["path"], backend["name"], source, path["pathType"] == "Exact")
    for route in rendering.kind("HTTPRoute"):
        for rule in route["spec"]["rules"]:
            if redirects(rule):
                continue
            for match in rule.get("matches", [{}]):
                path = match.get("path", {"type": "PathPrefix", "value": "/"})
                backends = rule.get("backendRefs", [])
                if path["type"] not in ("PathPrefix", "Exact") or [one["port"] for one in backends] != [80]:
                    what = f"{path['value']} is not a prefix or a path that leads to one port 80"
                    yield rendering.problem("paths", what, route)
                source = ("HTTPRoute", route["metadata"]["name"])
                for backend in backends:
                    yield Lead(path["value"], backend["name"], source, path["type"] == "Exact")


def redirects(rule: Document) -> bool:
    """Whether all that a rule does is to send clients to https."""
    filters = [one.get("requestRedirect", {}).get("scheme") for one in rule.get("filters", [])]
    return "https" in filters and not rule.get("backendRefs")


def led_to(ways: list[Lead], path: str) -> Lead | None:
    """A path itself wins, then the longest prefix."""
    fitting = [way for way in ways if way.fits(path)]
    return max(fitting, key=lambda way: (way.exact, len(way.prefix)), default=None)


def public(facts: Facts) -> dict[str, str]:
    """The service of each path that clients reach; of each page, that of the paths below it too."""
    below = {f"{page}/x": service for page, service in PAGES.items() if page != "/"}
    return {**facts.served, **PAGES, **below}


def paths(rendering: Rendering, facts: Facts) -> Iterator[str]:
    if rendering.name == "base":
        return
    ways: list[Lead] = []
    for found in leads(rendering):
        if isinstance(found, str):
            yield found
        else:
            ways.append(found)
    for path, service in public(facts).items():
        if not service:
            yield rendering.problem("paths", f"services/marketplace/openapi.json does not say whose {path} is")
            continue
        way = led_to(ways, path)
        if not way or way.service != service:
            where = way.service if way else "nowhere"
            document = rendering.find(*way.source) if way else None
            yield rendering.problem("paths", f"{path} leads to {where}, and {service} serves it", document)
    for way in ways:
        source = rendering.find(*way.source)
        if not any(way.fits(path) for path in public(facts)):
            yield rendering.problem("paths", f"{way.prefix} leads in, and neither an operation nor a page is there", source)
        elif hidden := [path for path in (*facts.private, *HIDDEN) if way.fits(path)]:
            yield rendering.problem("paths", f"{way.prefix} includes {hidden[0]}, which is not for clients", source)


def tls(rendering: Rendering, _: Facts) -> Iterator[str]:
    """Clients come by https: sessions are in cookies that no browser sends otherwise."""
    for ingress in rendering.kind("Ingress"):
        covered = {host for one in ingress["spec"].get("tls", []) for host in one["hosts"]}
        if {rule.get("host") for rule in ingress["spec"]["rules"]} - covered:
            yield rendering.problem("tls", "a host has no certificate", ingress)
        if any("snippet" in note for note in ingress["metadata"].get("annotations", {})):
            yield rendering.problem("tls", "a snippet is configuration that nobody checks", ingress)
    for gateway in rendering.kind("Gateway"):
        plain = {one["name"] for one in gateway["spec"]["listeners"] if one["protocol"] != "HTTPS"}
        for route in rendering.kind("HTTPRoute"):
            sections = {one.get("sectionName") for one in route["spec"]["parentRefs"]}
            if sections & {*plain, None} and not all(redirects(rule) for rule in route["spec"]["rules"]):
                yield rendering.problem("tls", "it accepts requests without TLS", route)


RULES = (paths, tls)

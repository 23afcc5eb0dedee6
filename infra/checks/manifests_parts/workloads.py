"""Rules of how the programs and the servers run, beside those of expected.yaml."""

import re
from collections.abc import Iterator

from .facts import PAGES, Facts
from .quantities import quantity
from .rendering import Document, Rendering, container, containers, pod, services
from .settings import given


def workloads(rendering: Rendering) -> list[Document]:
    return rendering.kind("Deployment", "StatefulSet")


def selected(selector: Document, labels: dict[str, str]) -> bool:
    """Whether a label selector takes pods with these labels."""
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    return all(labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", []))


def one_budget(rendering: Rendering, _: Facts) -> Iterator[str]:
    """A second one for the same pods would stop every eviction."""
    budgets, count = len(rendering.kind("PodDisruptionBudget")), len(workloads(rendering))
    if budgets != count:
        yield rendering.problem("disruption-budget", f"there are {budgets} PodDisruptionBudgets for {count} workloads")


def network_policy(rendering: Rendering, _: Facts) -> Iterator[str]:
    """Beside those for everybody. What they let through is said in network.py."""
    selectors = [one["spec"]["podSelector"] for one in rendering.kind("NetworkPolicy") if one["spec"]["podSelector"]]
    for workload in workloads(rendering):
        labels = workload["spec"]["template"]["metadata"]["labels"]
        if not any(selected(selector, labels) for selector in selectors):
            yield rendering.problem("network-policy", "no NetworkPolicy is about its pods", workload)


def stop(rendering: Rendering, facts: Facts) -> Iterator[str]:
    for _, deployment in services(rendering):
        hook = container(deployment, "service").get("lifecycle", {}).get("preStop", {})
        wait = hook.get("sleep", {}).get("seconds", 0)
        if not wait:
            yield rendering.problem("stop", "no preStop sleeps while load balancers hear of its end", deployment)
        grace = pod(deployment).get("terminationGracePeriodSeconds", 30)
        if grace <= wait + facts.stop_seconds:
            what = f"its grace of {grace} s is not longer than preStop, {wait} s, and its own stop, {facts.stop_seconds} s"
            yield rendering.problem("stop", what, deployment)


def start(rendering: Rendering, facts: Facts) -> Iterator[str]:
    for name, deployment in services(rendering):
        startup = container(deployment, "service").get("startupProbe", {})
        window = startup.get("periodSeconds", 10) * startup.get("failureThreshold", 3)
        patience = given(rendering, deployment).get("START_TIMEOUT") or facts.settings[name].get("START_TIMEOUT", "")
        if window <= seconds(patience):
            what = f"its startup probe gives {window} s, not more than START_TIMEOUT, {patience}"
            yield rendering.problem("start", what, deployment)


def streams(rendering: Rendering, facts: Facts) -> Iterator[str]:
    """Pages have streams of changes, which Google's load balancer would cut short, and which take memory: half of their limit at 20 KiB
    each, beside what another service has."""
    for name, deployment in services(rendering):
        if name not in PAGES.values():
            continue
        if rendering.name == "overlays/gke":
            policy = rendering.find("GCPBackendPolicy", name) or {"spec": {"default": {}}}
            timeout = policy["spec"]["default"].get("timeoutSec", 0)
            if timeout <= facts.stream_seconds:
                what = f"{name} has streams of up to {facts.stream_seconds:g} s, and its GCPBackendPolicy ends them after {timeout} s"
                yield rendering.problem("streams", what, deployment)
        elif rendering.name == "base":
            more = memory(deployment) - min(memory(other) for _, other in services(rendering))
            if more < facts.streams / 2 * 20 * 1024:
                what = f"{name} has {more / 1024**2:g} MiB more memory than another service, too little for {facts.streams // 2} streams"
                yield rendering.problem("streams", what, deployment)


def mail_server(rendering: Rendering, _: Facts) -> Iterator[str]:
    """Production sends mails through a server, whose address is a file; their links lead to a host that leads in. The base has neither."""
    deployment = rendering.find("Deployment", "mail")
    if rendering.name == "base" or not deployment:
        return
    values = given(rendering, deployment)
    if values.get("MODE") == "production" and not values.get("SMTP_URL_FILE", "").startswith("/"):
        yield rendering.problem("mail-server", "production needs SMTP_URL_FILE", deployment)
    hosts = {rule.get("host", "") for ingress in rendering.kind("Ingress") for rule in ingress["spec"].get("rules", [])}
    hosts |= {host for route in rendering.kind("HTTPRoute") for host in route["spec"].get("hostnames", [])}
    url = values.get("PUBLIC_URL", "")
    if url not in {f"https://{host}" for host in hosts}:
        yield rendering.problem("mail-server", f"PUBLIC_URL is {url!r}, and leads to none of {sorted(hosts)}", deployment)


def memory(deployment: Document) -> float:
    return quantity(container(deployment, "service")["resources"]["limits"]["memory"])


def seconds(duration: str) -> float:
    """A time as the programs take it; one that is none is never exceeded, so that it is reported."""
    read = re.fullmatch(r"(\d+)(ms|s|m|h)", duration)
    return int(read[1]) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[read[2]] if read else float("inf")


def restricted(rendering: Rendering, _: Facts) -> Iterator[str]:
    """checkov has a rule for each of these, and none for what a container may say beside them."""
    wanted = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    for workload in workloads(rendering):
        for one in containers(workload):
            own = one.get("securityContext", {})
            if own != wanted:
                what = f"the security context of the container {one['name']} is {own}, not {wanted}"
                yield rendering.problem("restricted", what, workload)


def pinned_images(rendering: Rendering, _: Facts) -> Iterator[str]:
    """Servers by digest; the program by a tag, which skaffold puts there."""
    for workload in workloads(rendering):
        for one in containers(workload):
            own = one["image"].startswith("boxoffice/")
            pattern = r"boxoffice/boxoffice:[\w.-]+" if own else r"[\w./-]+:[\d.]+@sha256:[0-9a-f]{64}"
            if not re.fullmatch(pattern, one["image"]) or one["image"].endswith(":latest"):
                yield rendering.problem("pinned-images", f"{one['image']} may become another image", workload)


def expansions(rendering: Rendering, _: Facts) -> Iterator[str]:
    """Kubernetes fills in `$(NAME)` only from variables that are before it, and leaves it as it is otherwise."""
    for workload in workloads(rendering):
        for one in containers(workload):
            before: set[str] = set()
            for variable in one.get("env", []):
                for name in set(re.findall(r"\$\((\w+)\)", variable.get("value", ""))) - before:
                    what = f"{variable['name']} takes in $({name}), which is not before it"
                    yield rendering.problem("expansions", what, workload)
                before.add(variable["name"])
            for name in set(re.findall(r"\$\((\w+)\)", " ".join(one.get("args", [])))) - before:
                yield rendering.problem("expansions", f"an argument takes in $({name}), which does not exist", workload)


RULES = (one_budget, network_policy, stop, start, streams, mail_server, restricted, pinned_images, expansions)

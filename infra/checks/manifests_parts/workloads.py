"""Rules of how the programs and the servers run."""

import re
from collections.abc import Iterator

from facts import Facts
from rendering import SERVICES, Document, Problem, Rendering, container, containers, pod, services
from settings import given

REPLICAS_MIN = 2


def workloads(rendering: Rendering) -> list[Document]:
    return rendering.kind("Deployment", "StatefulSet")


def selected(selector: Document, workload: Document) -> bool:
    """Whether a label selector takes the pods of a workload."""
    labels = workload["spec"]["template"]["metadata"]["labels"]
    wanted = selector.get("matchLabels", {})
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", []))


def all_are_there(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    wanted = [("Deployment", name) for name in SERVICES]
    wanted += [("StatefulSet", f"{name}-mongodb") for name in SERVICES] + [("StatefulSet", "nats")]
    for kind, name in wanted:
        if not rendering.find(kind, name):
            yield rendering.problem("all-are-there", f"there is no {kind} {name}")


def two_replicas(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    """Two of each service, whether the Deployment says so or leaves it to the autoscaler."""
    for name, deployment in services(rendering):
        replicas = deployment["spec"].get("replicas", REPLICAS_MIN)
        if replicas != REPLICAS_MIN:
            yield rendering.problem("two-replicas", f"it has {replicas} replicas", deployment)
        scaler = rendering.find("HorizontalPodAutoscaler", name)
        target = scaler["spec"]["scaleTargetRef"] if scaler else {}
        if (target.get("kind"), target.get("name")) != ("Deployment", name):
            yield rendering.problem("autoscaler", f"no HorizontalPodAutoscaler {name} scales it", deployment)
        elif scaler and scaler["spec"].get("minReplicas") != REPLICAS_MIN:
            yield rendering.problem("two-replicas", "the autoscaler may go below two", scaler)


def disruption_budget(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    for workload in workloads(rendering):
        budgets = [one for one in rendering.kind("PodDisruptionBudget") if selected(one["spec"]["selector"], workload)]
        if len(budgets) != 1:
            what = f"{len(budgets)} PodDisruptionBudgets select its pods, not one"
            yield rendering.problem("disruption-budget", what, workload)
        elif budgets[0]["spec"].get("maxUnavailable") != 1:
            what = f"{budgets[0]['metadata']['name']} lets other than one pod go at a time"
            yield rendering.problem("disruption-budget", what, workload)


def own_account(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    for workload in workloads(rendering):
        name = workload["metadata"]["name"]
        account = rendering.find("ServiceAccount", name)
        if pod(workload).get("serviceAccountName") != name or not account:
            yield rendering.problem("own-account", f"it does not run as a ServiceAccount {name} of its own", workload)
        mounts = [pod(workload).get("automountServiceAccountToken"), (account or {}).get("automountServiceAccountToken")]
        if mounts != [False, False]:
            yield rendering.problem("own-account", "it is given a token of the cluster", workload)


def network_policy(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    """Beside those for everybody. What they let through is said in network.py."""
    policies = [one for one in rendering.kind("NetworkPolicy") if one["spec"]["podSelector"]]
    for workload in workloads(rendering):
        if not any(selected(one["spec"]["podSelector"], workload) for one in policies):
            yield rendering.problem("network-policy", "no NetworkPolicy is about its pods", workload)


def stop(rendering: Rendering, facts: Facts) -> Iterator[Problem]:
    for _, deployment in services(rendering):
        hook = container(deployment, "service").get("lifecycle", {}).get("preStop", {})
        wait = hook.get("sleep", {}).get("seconds", 0)
        if not wait:
            yield rendering.problem("stop", "no preStop sleeps while load balancers hear of its end", deployment)
        grace = pod(deployment).get("terminationGracePeriodSeconds", 30)
        if grace <= wait + facts.stop_seconds:
            what = f"its grace of {grace} s is not longer than preStop, {wait} s, and its own stop, {facts.stop_seconds} s"
            yield rendering.problem("stop", what, deployment)


def probes(rendering: Rendering, facts: Facts) -> Iterator[Problem]:
    paths = {"startupProbe": "/health/live", "livenessProbe": "/health/live", "readinessProbe": "/health/ready"}
    for name, deployment in services(rendering):
        service = container(deployment, "service")
        for probe, path in paths.items():
            asked = service.get(probe, {}).get("httpGet", {})
            if (asked.get("path"), asked.get("port")) != (path, "http"):
                yield rendering.problem("probes", f"its {probe} does not ask {path} on the port http", deployment)
        startup = service.get("startupProbe", {})
        window = startup.get("periodSeconds", 10) * startup.get("failureThreshold", 3)
        patience = given(rendering, deployment).get("START_TIMEOUT") or facts.settings[name].get("START_TIMEOUT", "")
        if window <= seconds(patience):
            what = f"its startup probe gives {window} s, not more than START_TIMEOUT, {patience}"
            yield rendering.problem("probes", what, deployment)


def seconds(duration: str) -> float:
    """A time as the programs take it; none at all is never exceeded, so that it is noticed."""
    read = re.fullmatch(r"(\d+)(ms|s|m|h)", duration)
    return int(read[1]) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[read[2]] if read else float("inf")


def port(rendering: Rendering, facts: Facts) -> Iterator[Problem]:
    """The port that the program listens on is the container's, the Service's and Prometheus's."""
    for name, deployment in services(rendering):
        default = facts.settings[name].get("PORT")
        ports = {one["name"]: str(one["containerPort"]) for one in container(deployment, "service").get("ports", [])}
        if ports != {"http": default}:
            what = f"its container ports are {ports}, while {name} listens on {default}"
            yield rendering.problem("port", what, deployment)
        notes = deployment["spec"]["template"]["metadata"].get("annotations", {})
        scraped = {"scrape": "true", "path": "/metrics", "port": default}
        if any(notes.get(f"prometheus.io/{key}") != value for key, value in scraped.items()):
            yield rendering.problem("port", "Prometheus is not told to read /metrics on that port", deployment)
        service = rendering.find("Service", name)
        if not service or service["spec"]["ports"][0].get("targetPort") != "http":
            yield rendering.problem("port", f"no Service {name} leads to its port http", deployment)
        elif not selected({"matchLabels": service["spec"]["selector"]}, deployment):
            yield rendering.problem("port", f"the Service {name} does not select its pods", deployment)


def restricted(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    """What the restricted profile of Pod Security asks for, and a root file system that nobody writes on."""
    namespace = rendering.kind("Namespace")[0]
    if namespace["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted":
        yield rendering.problem("restricted", "the namespace does not enforce the restricted profile", namespace)
    for workload in workloads(rendering):
        context = pod(workload).get("securityContext", {})
        if not context.get("runAsNonRoot") or not context.get("runAsUser"):
            yield rendering.problem("restricted", "its pods may run as root", workload)
        if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield rendering.problem("restricted", "its pods have no RuntimeDefault seccomp profile", workload)
        for one in containers(workload):
            own = one.get("securityContext", {})
            wanted = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
            if own != wanted:
                what = f"the security context of the container {one['name']} is {own}, not {wanted}"
                yield rendering.problem("restricted", what, workload)


def resources(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    for workload in workloads(rendering):
        for one in containers(workload):
            for bound in ("requests", "limits"):
                if one.get("resources", {}).get(bound, {}).keys() < {"cpu", "memory"}:
                    what = f"the container {one['name']} has no {bound} of cpu and memory"
                    yield rendering.problem("resources", what, workload)


def spread(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    """Services over nodes and zones; members of a set never two on a node."""
    for workload in workloads(rendering):
        keys = {one["topologyKey"] for one in spread_over(workload)}
        wanted = {"topology.kubernetes.io/zone"}
        wanted |= {"kubernetes.io/hostname"} if workload["kind"] == "Deployment" else set()
        if keys != wanted:
            yield rendering.problem("spread", f"its pods are spread over {sorted(keys)}, not {sorted(wanted)}", workload)
        if workload["kind"] == "StatefulSet":
            apart = pod(workload).get("affinity", {}).get("podAntiAffinity", {})
            terms = apart.get("requiredDuringSchedulingIgnoredDuringExecution", [])
            nodes = [one for one in terms if one["topologyKey"] == "kubernetes.io/hostname"]
            if not any(selected(one["labelSelector"], workload) for one in nodes):
                yield rendering.problem("spread", "two of its pods may be on one node", workload)


def spread_over(workload: Document) -> list[Document]:
    rules = pod(workload).get("topologySpreadConstraints", [])
    return [one for one in rules if selected(one["labelSelector"], workload)]


def pinned_images(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    """Servers by digest; the program by a tag, which skaffold puts there."""
    for workload in workloads(rendering):
        for one in containers(workload):
            own = one["image"].startswith("boxoffice/")
            pattern = r"boxoffice/boxoffice:[\w.-]+" if own else r"[\w./-]+:[\d.]+@sha256:[0-9a-f]{64}"
            if not re.fullmatch(pattern, one["image"]) or one["image"].endswith(":latest"):
                yield rendering.problem("pinned-images", f"{one['image']} may become another image", workload)


def one_service(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    """The argument of the program names the service; without one it would be all of them."""
    for name, deployment in services(rendering):
        arguments = container(deployment, "service").get("args")
        if arguments != [name]:
            yield rendering.problem("one-service", f"its arguments are {arguments}, not [{name}]", deployment)


def expansions(rendering: Rendering, _: Facts) -> Iterator[Problem]:
    """Kubernetes fills in `$(NAME)` only from variables that stand before, and leaves it as it is otherwise."""
    for workload in workloads(rendering):
        for one in containers(workload):
            before: set[str] = set()
            for variable in one.get("env", []):
                for name in set(re.findall(r"\$\((\w+)\)", variable.get("value", ""))) - before:
                    what = f"{variable['name']} takes in $({name}), which does not stand before it"
                    yield rendering.problem("expansions", what, workload)
                before.add(variable["name"])
            for name in set(re.findall(r"\$\((\w+)\)", " ".join(one.get("args", [])))) - before:
                yield rendering.problem("expansions", f"an argument takes in $({name}), which is not there", workload)


RULES = (
    all_are_there,
    two_replicas,
    disruption_budget,
    own_account,
    network_policy,
    stop,
    probes,
    port,
    restricted,
    resources,
    spread,
    pinned_images,
    one_service,
    expansions,
)

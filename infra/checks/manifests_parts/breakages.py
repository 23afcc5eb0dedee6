"""Things to break in what was rendered, each with the rule that has to see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rendering import Document, Rendering, container, pod


@dataclass(frozen=True)
class Breakage:
    """What is wrong then, in which rendering, and who sees it."""

    rule: str
    rendering: str
    what: str
    on: Callable[[Rendering], None]


ALL: list[Breakage] = []


def breaks(rule: str, what: str, rendering: str = "overlays/gke") -> Callable[[Callable[[Rendering], None]], None]:
    return lambda on: ALL.append(Breakage(rule, rendering, what, on))


def get(rendering: Rendering, kind: str, name: str) -> Document:
    found = rendering.find(kind, name)
    assert found, f"there is no {kind} {name} to break"
    return found


def orders(rendering: Rendering) -> Document:
    return get(rendering, "Deployment", "orders")


def service(rendering: Rendering) -> Document:
    return container(orders(rendering), "service")


def variable(rendering: Rendering, name: str) -> Document:
    return next(one for one in service(rendering)["env"] if one["name"] == name)


def files(rendering: Rendering, name: str) -> dict[str, str]:
    """The ConfigMap that has this file, or this setting."""
    data: dict[str, str] = next(one for one in rendering.kind("ConfigMap") if name in one["data"])["data"]
    return data


def settings(rendering: Rendering) -> dict[str, str]:
    return files(rendering, "NATS_REPLICAS")


def replace(rendering: Rendering, file: str, old: str, new: str) -> None:
    data = files(rendering, file)
    assert old in data[file], f"{file} has no {old} to break"
    data[file] = data[file].replace(old, new)


def nats(rendering: Rendering) -> Document:
    return get(rendering, "StatefulSet", "nats")


def mongodb(rendering: Rendering) -> Document:
    return get(rendering, "StatefulSet", "orders-mongodb")


def remove(rendering: Rendering, kind: str, name: str) -> None:
    rendering.documents.remove(get(rendering, kind, name))


def change(at: Document | list[Any], value: object, *path: str | int) -> None:
    """Sets what is at the end of a path; None takes it away."""
    last: Any = at
    for step in path[:-1]:
        last = last[step]
    if value is None:
        del last[path[-1]]
    else:
        last[path[-1]] = value


# Workloads.
breaks("all-are-there", "a service is missing")(lambda r: remove(r, "Deployment", "tickets"))
breaks("two-replicas", "one process", "base")(lambda r: change(orders(r), 1, "spec", "replicas"))
breaks("two-replicas", "the autoscaler goes down to one")(
    lambda r: change(get(r, "HorizontalPodAutoscaler", "orders"), 1, "spec", "minReplicas")
)
breaks("autoscaler", "it scales another")(
    lambda r: change(get(r, "HorizontalPodAutoscaler", "orders"), "tickets", "spec", "scaleTargetRef", "name")
)
breaks("autoscaler", "none")(lambda r: remove(r, "HorizontalPodAutoscaler", "orders"))
breaks("disruption-budget", "none")(lambda r: remove(r, "PodDisruptionBudget", "orders-mongodb"))
breaks("disruption-budget", "of two")(lambda r: change(get(r, "PodDisruptionBudget", "nats"), 2, "spec", "maxUnavailable"))
breaks("own-account", "none")(lambda r: remove(r, "ServiceAccount", "orders"))
breaks("own-account", "another's")(lambda r: change(pod(orders(r)), "payments", "serviceAccountName"))
breaks("own-account", "a token")(lambda r: change(pod(orders(r)), True, "automountServiceAccountToken"))
breaks("stop", "a grace that is too short")(lambda r: change(pod(orders(r)), 35, "terminationGracePeriodSeconds"))
breaks("stop", "no preStop")(lambda r: change(service(r), None, "lifecycle"))
breaks("probes", "readiness by liveness")(
    lambda r: change(service(r), "/health/live", "readinessProbe", "httpGet", "path")
)
breaks("probes", "no liveness")(lambda r: change(service(r), None, "livenessProbe"))
breaks("probes", "a start that is cut short")(lambda r: change(service(r), 80, "startupProbe", "failureThreshold"))
breaks("probes", "a patience that is none")(lambda r: change(settings(r), "soon", "START_TIMEOUT"))
breaks("port", "another port")(lambda r: change(service(r), 3009, "ports", 0, "containerPort"))
breaks("port", "scraped elsewhere")(
    lambda r: change(orders(r), "3001", "spec", "template", "metadata", "annotations", "prometheus.io/port")
)
breaks("port", "a Service of others")(
    lambda r: change(get(r, "Service", "orders"), "tickets", "spec", "selector", "app.kubernetes.io/name")
)
breaks("port", "a Service to nowhere")(lambda r: change(get(r, "Service", "orders"), 80, "spec", "ports", 0, "targetPort"))
breaks("restricted", "a namespace for anything")(
    lambda r: change(get(r, "Namespace", "boxoffice"), "baseline", "metadata", "labels", "pod-security.kubernetes.io/enforce")
)
breaks("restricted", "root")(lambda r: change(pod(orders(r)), 0, "securityContext", "runAsUser"))
breaks("restricted", "no seccomp")(lambda r: change(pod(nats(r)), None, "securityContext", "seccompProfile"))
breaks("restricted", "a file system to write on")(
    lambda r: change(container(mongodb(r), "mongod"), False, "securityContext", "readOnlyRootFilesystem")
)
breaks("resources", "no limit")(lambda r: change(container(mongodb(r), "set-up"), None, "resources", "limits", "memory"))
breaks("spread", "not over zones")(lambda r: change(pod(orders(r)), None, "topologySpreadConstraints", 1))
breaks("spread", "members on one node")(lambda r: change(pod(mongodb(r)), None, "affinity"))
breaks("spread", "apart from others only")(
    lambda r: change(
        pod(nats(r))["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0],
        {"matchLabels": {"app.kubernetes.io/component": "service"}},
        "labelSelector",
    )
)
breaks("pinned-images", "the latest")(lambda r: change(service(r), "boxoffice/boxoffice:latest", "image"))
breaks("pinned-images", "another program")(lambda r: change(service(r), "boxoffice/auth:0.1.0", "image"))
breaks("one-service", "another service")(lambda r: change(service(r), ["auth"], "args"))
breaks("one-service", "all services")(lambda r: change(service(r), None, "args"))
breaks("pinned-images", "a tag alone")(lambda r: change(container(nats(r), "nats"), "docker.io/library/nats:2.15.0", "image"))
breaks("expansions", "taken in too early")(lambda r: container(nats(r), "nats")["env"].reverse())
breaks("expansions", "an argument of nothing")(lambda r: container(mongodb(r), "mongod")["args"].append("$(NOTHING)"))

# Servers.
breaks("members", "two of three")(lambda r: change(nats(r), 2, "spec", "replicas"))
breaks("members", "no names")(lambda r: change(get(r, "Service", "nats-nodes"), None, "spec", "clusterIP"))
breaks("members", "names too late")(
    lambda r: change(get(r, "Service", "orders-mongodb"), None, "spec", "publishNotReadyAddresses")
)
breaks("mongodb", "long transactions")(lambda r: replace(r, "mongod.conf", "LimitSeconds: 10", "LimitSeconds: 60"))
breaks("mongodb", "a comment is no setting")(
    lambda r: replace(r, "mongod.conf", "  authorization: enabled", "  # authorization: enabled")
)
breaks("mongodb", "no key file")(lambda r: change(container(mongodb(r), "mongod"), None, "args", 1))
breaks("mongodb", "another number is initiated")(lambda r: change(mongodb(r), 5, "spec", "replicas"))
breaks("mongodb", "a cache beyond its memory")(
    lambda r: change(container(mongodb(r), "mongod"), "1Gi", "resources", "limits", "memory")
)
breaks("mongodb", "ended in the middle")(lambda r: change(pod(mongodb(r)), 30, "terminationGracePeriodSeconds"))
breaks("nats", "acknowledged before it is written")(
    lambda r: replace(r, "nats.conf", "sync_interval: always", 'sync_interval: "2m"')
)
breaks("nats", "acknowledged before it is written, by default")(
    lambda r: replace(r, "nats.conf", "sync_interval: always", "# sync_interval: always")
)
breaks("nats", "messages too large")(lambda r: replace(r, "nats.conf", "max_payload: 1MB", "max_payload: 512KB"))
breaks("nats", "no room for the log")(lambda r: replace(r, "nats.conf", "max_file_store: 4GB", "max_file_store: 1GB"))
breaks("nats", "a small volume")(
    lambda r: change(nats(r), "4Gi", "spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage")
)
breaks("nats", "ended while clients move")(lambda r: change(pod(nats(r)), 30, "terminationGracePeriodSeconds"))
breaks("nats", "a user is missing")(lambda r: replace(r, "nats.conf", 'include "orders.conf"', ""))
breaks("nats", "one password for two")(lambda r: replace(r, "orders.conf", "$NATS_ORDERS_PASSWORD", "$NATS_AUTH_PASSWORD"))
breaks("nats", "rights to everything")(lambda r: replace(r, "orders.conf", "permissions", "# permissions"))
breaks("nats", "all subjects")(lambda r: replace(r, "orders.conf", '"dead.orders.*"', '">"'))
breaks("nats", "a route is missing")(lambda r: replace(r, "cluster.conf", ", $NATS_ROUTE_2", ""))
breaks("nats", "open routes")(lambda r: replace(r, "cluster.conf", "password: $NATS_ROUTE_PASSWORD", ""))
breaks("nats", "routes of one server", "overlays/dev")(
    lambda r: change(files(r, "cluster.conf"), "routes: [ $NATS_ROUTE_0 ]", "cluster.conf")
)
breaks("told-of-nats", "a server nobody asks")(lambda r: change(settings(r), "http://nats-0.nats-nodes:8222", "NATS_MONITOR_URL"))
breaks("told-of-nats", "one copy")(lambda r: change(settings(r), "1", "NATS_REPLICAS"))
breaks("told-of-nats", "not production")(lambda r: change(settings(r), "development", "MODE"))

# Secrets, and what is named.
breaks("no-secret-values", "a Secret")(
    lambda r: r.documents.append({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": {}})
)
breaks("no-secret-values", "an unmarked Secret", "overlays/dev")(
    lambda r: change(r.kind("Secret")[0], None, "metadata", "annotations")
)
breaks("no-secret-values", "a password in an address")(
    lambda r: change(variable(r, "NATS_URL_FILE"), "nats://orders:abc123@nats:4222", "value")
)
breaks("no-secret-values", "a password", "overlays/dev")(lambda r: change(settings(r), "abc123", "STRIPE_SECRET_KEY"))
breaks("no-secret-values", "a key under another name")(lambda r: change(settings(r), "sk_live_1", "LOG"))
breaks("secrets", "a Secret that nobody makes")(lambda r: remove(r, "ExternalSecret", "session-key"))
breaks("secrets", "a key that the README does not know", "base")(
    lambda r: change(pod(orders(r)), "password", "volumes", 0, "secret", "items", 0, "key")
)
breaks("secrets", "a key that is not there", "overlays/dev")(
    lambda r: change(pod(orders(r)), "password", "volumes", 0, "secret", "items", 0, "key")
)
breaks("secrets", "all keys")(lambda r: change(pod(orders(r)), None, "volumes", 0, "secret", "items"))
breaks("configuration", "a ConfigMap that is not there")(
    lambda r: change(service(r), "elsewhere", "envFrom", 0, "configMapRef", "name")
)
breaks("configuration", "a file that is not there")(lambda r: change(files(r, "mongosh.conf"), None, "mongosh.conf"))

# Settings.
breaks("known-settings", "a setting misspelt")(lambda r: change(settings(r), "1", "NATS_REPLICA"))
breaks("known-settings", "another service's setting")(
    lambda r: service(r)["env"].append({"name": "STRIPE_SECRET_KEY_FILE", "value": "key"})
)
breaks("one-provider", "orders with another one")(lambda r: change(variable(r, "PAYMENT_PROVIDER"), "test", "value"))
breaks("every-setting", "a setting that is left alone, and given")(lambda r: change(settings(r), "8", "WORKERS"))

# Network.
@breaks("network-policy", "none")
def _(r: Rendering) -> None:
    r.documents = [one for one in r.documents if one["kind"] != "NetworkPolicy" or not one["spec"]["podSelector"]]


breaks("denied-by-default", "everybody may leave")(
    lambda r: change(get(r, "NetworkPolicy", "default-deny"), ["Ingress"], "spec", "policyTypes")
)
@breaks("reach", "tickets at the MongoDB of orders")
def _(r: Rendering) -> None:
    name = ("podSelector", "matchLabels", "app.kubernetes.io/name")
    change(get(r, "NetworkPolicy", "orders-mongodb"), None, "spec", "ingress", 0, "from", 0, *name)
    change(get(r, "NetworkPolicy", "tickets"), None, "spec", "egress", 0, "to", 0, *name)


breaks("reach", "MongoDB for nobody")(lambda r: remove(r, "NetworkPolicy", "orders-mongodb"))
breaks("reach", "clients reach expiration")(
    lambda r: get(r, "NetworkPolicy", "clients-to-services")["spec"]["podSelector"]["matchExpressions"][1]["values"].append(
        "expiration"
    )
)
breaks("reach", "clients reach NATS", "overlays/dev")(
    lambda r: change(get(r, "NetworkPolicy", "nats"), None, "spec", "ingress", 0, "from")
)
breaks("reach", "orders reaches outside")(
    lambda r: change(
        get(r, "NetworkPolicy", "payments-to-outside"), None, "spec", "podSelector", "matchLabels", "app.kubernetes.io/name"
    )
)
breaks("reach", "payments reaches private addresses")(
    lambda r: get(r, "NetworkPolicy", "payments-to-outside")["spec"]["egress"][0]["to"][0]["ipBlock"]["except"].remove(
        "10.0.0.0/8"
    )
)
breaks("reach", "payments reaches the metadata server")(
    lambda r: get(r, "NetworkPolicy", "payments-to-outside")["spec"]["egress"][0]["to"][0]["ipBlock"]["except"].remove(
        "169.254.0.0/16"
    )
)
breaks("reach", "payments reaches every port")(
    lambda r: change(get(r, "NetworkPolicy", "payments-to-outside"), None, "spec", "egress", 0, "ports")
)
breaks("reach", "nobody knows names")(lambda r: remove(r, "NetworkPolicy", "names"))
breaks("reach", "no traces")(lambda r: remove(r, "NetworkPolicy", "services-to-collector"))
breaks("reach", "no metrics")(lambda r: remove(r, "NetworkPolicy", "monitoring-to-services"))

# Paths.
breaks("told-of-proxies", "the load balancer is everybody")(lambda r: change(settings(r), "1", "TRUSTED_PROXIES"))
breaks("told-of-proxies", "a client's word", "overlays/dev")(lambda r: change(settings(r), "2", "TRUSTED_PROXIES"))
breaks("told-of-proxies", "nothing")(lambda r: change(settings(r), None, "TRUSTED_PROXIES"))


def led(r: Rendering, path: str) -> Document:
    """The entry of the Ingress for a path."""
    paths = get(r, "Ingress", "boxoffice")["spec"]["rules"][0]["http"]["paths"]
    return next(one for one in paths if one["path"] == path)


breaks("paths", "orders at tickets", "overlays/dev")(
    lambda r: change(led(r, "/api/orders"), "tickets", "backend", "service", "name")
)
breaks("paths", "a path that no service has", "overlays/dev")(lambda r: change(led(r, "/api/orders"), "/api/order", "path"))
breaks("paths", "everything", "overlays/dev")(lambda r: change(led(r, "/api/orders"), "/", "path"))
breaks("paths", "metrics for clients")(
    lambda r: change(get(r, "HTTPRoute", "boxoffice"), "/metrics", "spec", "rules", 0, "matches", 0, "path", "value")
)
breaks("paths", "a pattern", "overlays/dev")(
    lambda r: change(get(r, "Ingress", "boxoffice"), "ImplementationSpecific", "spec", "rules", 0, "http", "paths", 0, "pathType")
)
breaks("paths", "payments at orders")(
    lambda r: change(get(r, "HTTPRoute", "boxoffice"), "orders", "spec", "rules", 3, "backendRefs", 0, "name")
)
breaks("paths", "payments for nobody")(lambda r: change(get(r, "HTTPRoute", "boxoffice"), None, "spec", "rules", 3))
breaks("tls", "no certificate", "overlays/dev")(lambda r: change(get(r, "Ingress", "boxoffice"), None, "spec", "tls"))
breaks("tls", "a snippet", "overlays/dev")(
    lambda r: change(
        get(r, "Ingress", "boxoffice"), {"nginx.ingress.kubernetes.io/server-snippet": "x"}, "metadata", "annotations"
    )
)
breaks("tls", "plain http")(lambda r: change(get(r, "HTTPRoute", "boxoffice"), "http", "spec", "parentRefs", 0, "sectionName"))
breaks("tls", "any listener")(lambda r: change(get(r, "HTTPRoute", "boxoffice"), None, "spec", "parentRefs", 0, "sectionName"))
breaks("health-checks", "none")(lambda r: remove(r, "HealthCheckPolicy", "orders"))
breaks("health-checks", "of liveness")(
    lambda r: change(
        get(r, "HealthCheckPolicy", "orders"),
        "/health/live",
        "spec", "default", "config", "httpHealthCheck", "requestPath",
    )
)


def unfit(kind: str, name: str, value: object, *path: str | int) -> Callable[[Rendering], Document]:
    """Changes one document, and answers it."""

    def on(rendering: Rendering) -> Document:
        document = get(rendering, kind, name)
        change(document, value, *path)
        return document

    return on


SCHEMAS: dict[str, Callable[[Rendering], Document]] = {
    "a field that a Deployment does not have": unfit("Deployment", "orders", 2, "spec", "replica"),
    "a number as text": unfit("StatefulSet", "nats", "three", "spec", "replicas"),
    "a kind that is not there": unfit("Deployment", "orders", "apps/v2", "apiVersion"),
    "a field that an HTTPRoute does not have": unfit("HTTPRoute", "boxoffice", ["x"], "spec", "hostname"),
    "a kind of path that there is not": unfit(
        "HTTPRoute", "boxoffice", "Prefix", "spec", "rules", 0, "matches", 0, "path", "type"
    ),
    "a port as text": unfit("Gateway", "boxoffice", "443", "spec", "listeners", 1, "port"),
    "a misspelt field of a secret store": unfit(
        "SecretStore", "secret-manager", "p", "spec", "provider", "gcpsm", "projectId"
    ),
    "a secret without its name": unfit("ExternalSecret", "orders", {}, "spec", "dataFrom", 0, "extract"),
    "a health check beyond its bounds": unfit("HealthCheckPolicy", "orders", 999, "spec", "default", "checkIntervalSec"),
    "a version without a schema": unfit("Gateway", "boxoffice", "gateway.networking.k8s.io/v9", "apiVersion"),
}

NATS: dict[str, Callable[[Rendering], None]] = {
    "a password that is read as a number": lambda r: change(
        next(one for one in container(nats(r), "nats")["env"] if one["name"] == "NATS_ORDERS_PASSWORD"),
        "$(PASSWORD_OF_ORDERS)",
        "value",
    ),
    "a variable that is not there": lambda r: change(container(nats(r), "nats"), None, "env", 0),
    "a setting that there is not": lambda r: replace(r, "nats.conf", "sync_interval", "sync_intervall"),
}

SET_UP: dict[str, Callable[[Rendering], None]] = {
    "rights to everything": lambda r: replace(r, "set-up.js", "readWrite'", "readWriteAnyDatabase'"),
    "a set of one": lambda r: replace(r, "set-up.js", "Number(MEMBERS)", "1"),
    "no way to change a password": lambda r: replace(r, "set-up.js", "admin.updateUser(SERVICE, user);", ""),
    "every member initiates": lambda r: replace(r, "set-up.js", "POD !==", "POD ==="),
    "no script": lambda r: replace(r, "set-up.js", "function setUp", "function ("),
}


# In the script of compose: what is replaced by what.
COMPOSE_SET_UP: dict[str, tuple[str, str]] = {
    "rights to everything": ("readWrite'", "readWriteAnyDatabase'"),
    "the database of another": ("orders: ['orders']", "orders: ['orders', 'payments']"),
    "no operator": ("becomeOperator(admin);", ""),
    "users made twice": ("!admin.getUser(user)", "true"),
    "a set that is initiated again": ("!hello.setName", "true"),
}


def privileged(rendering: Rendering) -> None:
    change(service(rendering), True, "securityContext", "privileged")

"""Rules of MongoDB and NATS."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .facts import Facts
from .quantities import quantity
from .rendering import SERVICES, Document, Rendering, container, pod

# The users of NATS.
USERS = (*SERVICES, "operator")

# Seconds that mongod takes to hand over when it is told to end, by itself.
QUIESCE_SECONDS = 15

# Such as half of all hexadecimal passwords are: beginning with a digit, which nats-server reads as a number unless quoted.
PASSWORD = "7e3a"

# A message's headers, as the bus reckons (common/bus/src/jetstream/dead_letters.rs).
HEADERS_BYTES = 4 * 1024


def value(workload: Document, name: str, variable: str) -> str:
    """The value of a container's variable; "" if there is none."""
    variables = container(workload, name).get("env", [])
    return next((one.get("value", "") for one in variables if one["name"] == variable), "")


def configuration(rendering: Rendering, workload: Document, volume: str = "configuration") -> dict[str, str]:
    """The files of a workload's ConfigMap, without their comments."""
    name = next((one["configMap"]["name"] for one in pod(workload)["volumes"] if one["name"] == volume), "")
    files = (rendering.find("ConfigMap", name) or {}).get("data", {})
    return {file: re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE) for file, text in files.items()}


def claim(workload: Document) -> float:
    return quantity(workload["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"])


def mongodb(rendering: Rendering, _: Facts) -> Iterator[str]:
    for name in SERVICES:
        workload = rendering.find("StatefulSet", f"{name}-mongodb")
        if workload:
            for what in mongodb_problems(rendering, workload):
                yield rendering.problem("mongodb", what, workload)


def mongodb_problems(rendering: Rendering, workload: Document) -> Iterator[str]:
    conf = configuration(rendering, workload).get("mongod.conf", "")
    if not re.search(r"^setParameter:\s+transactionLifetimeLimitSeconds: 10$", conf, re.MULTILINE):
        yield "transactionLifetimeLimitSeconds is not 10"
    if not re.search(r"^security:\s+authorization: enabled$", conf, re.MULTILINE):
        yield "it takes commands without a user"
    if value(workload, "set-up", "MEMBERS") != str(workload["spec"]["replicas"]):
        yield "the replica set is initiated with another number of members than there are"
    cache = float(value(workload, "mongod", "CACHE_GB") or "inf") * 1024**3
    limit = quantity(container(workload, "mongod").get("resources", {}).get("limits", {}).get("memory", "0"))
    if cache > limit / 2:
        yield f"its cache of {cache / 1024**2:.0f} MiB is more than half of its memory, {limit / 1024**2:.0f} MiB"
    if pod(workload).get("terminationGracePeriodSeconds", 30) <= 2 * QUIESCE_SECONDS:
        yield "its grace leaves no time to hand over and to write a checkpoint"


def nats(rendering: Rendering, facts: Facts) -> Iterator[str]:
    workload = rendering.find("StatefulSet", "nats")
    if workload:
        for what in nats_problems(rendering, workload, facts):
            yield rendering.problem("nats", what, workload)


def nats_problems(rendering: Rendering, workload: Document, facts: Facts) -> Iterator[str]:
    files = configuration(rendering, workload)
    conf = files.get("nats.conf", "")

    def setting(name: str) -> str:
        found = re.search(rf"^\s*{name}: *(.+?)\s*$", conf, re.MULTILINE)
        return found[1] if found else ""

    if setting("sync_interval") != "always":
        yield "sync_interval is not always: an acknowledged message may not be on the disk"
    if quantity(setting("max_payload")) < facts.envelope_bytes + HEADERS_BYTES:
        yield "max_payload is smaller than the largest message"
    log = max(int(settings.get("NATS_LOG_BYTES_MAX") or 0) for settings in facts.settings.values())
    store = quantity(setting("max_file_store"))
    if store < log + facts.small_streams_bytes:
        yield "max_file_store is smaller than the streams may become"
    if claim(workload) <= store:
        yield "its volume is no larger than max_file_store"
    grace = pod(workload).get("terminationGracePeriodSeconds", 30)
    if grace <= int(setting("lame_duck_duration").rstrip("s") or grace):
        yield "its grace is no longer than lame_duck_duration"
    for name in USERS:
        user = files.get(f"{name}.conf", "")
        if f"user: {name}" not in user or f"password: $NATS_{name.upper()}_PASSWORD" not in user:
            yield f"{name}.conf does not make a user {name} with a password from the environment"
        if not re.search(r'^permissions \{\s+publish \{\s+allow: \[\s+"', user, re.MULTILINE) or '      ">"' in user:
            yield f"{name} may do everything"
        if f'include "{name}.conf"' not in conf:
            yield f"{name}.conf is not included"
    yield from cluster_problems(workload, files.get("cluster.conf", ""))


def cluster_problems(workload: Document, conf: str) -> Iterator[str]:
    count = workload["spec"]["replicas"]
    routes = set(re.findall(r"\$NATS_ROUTE_(\d)", conf))
    wanted = {str(index) for index in range(count)} if count > 1 else set()
    if routes != wanted:
        yield f"its routes lead to {sorted(routes)}, not to {sorted(wanted)}"
    for index in sorted(routes & wanted):
        if f"@nats-{index}.nats-nodes:6222" not in value(workload, "nats", f"NATS_ROUTE_{index}"):
            yield f"NATS_ROUTE_{index} does not lead to nats-{index}"
    if wanted and "password: $NATS_ROUTE_PASSWORD" not in conf:
        yield "its routes need no password"


def read_by_nats(rendering: Rendering) -> Iterator[str]:
    """nats.conf, as it is rendered and with an environment like the container's, is read by nats-server itself."""
    workload = rendering.find("StatefulSet", "nats")
    if not workload:
        return
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in configuration(rendering, workload).items():
            # The container's directories do not exist here; the check is not about their places.
            text = re.sub(r'"(/data|/run/nats/nats\.pid)"', f'"{scratch}/there"', text)
            (Path(scratch) / name).write_text(text, encoding="utf-8")
        command = ["nats-server", "-t", "--config", f"{scratch}/nats.conf"]
        said = subprocess.run(command, env=os.environ | environment(workload), capture_output=True, text=True, check=False)
    if said.returncode:
        yield rendering.problem("nats-server", said.stderr.strip().replace(scratch, "/etc/nats"), workload)


def environment(workload: Document) -> dict[str, str]:
    """The container's variables, with what Kubernetes takes from elsewhere made up."""
    values: dict[str, str] = {}
    for one in container(workload, "nats").get("env", []):
        text = one.get("value", "nats-0" if "fieldRef" in one.get("valueFrom", {}) else PASSWORD)
        values[one["name"]] = re.sub(r"\$\((\w+)\)", lambda found: values.get(found[1], found[0]), text)
    return values


RULES = (mongodb, nats)

"""nats.conf, as it is rendered and with an environment like the container's, is read by nats-server itself."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rendering import Document, Rendering, container
from servers import configuration

# Such as half of all hexadecimal passwords are: beginning with a digit, which nats-server reads as a number unless quoted.
PASSWORD = "7e3a"


def check(rendering: Rendering) -> Iterator[str]:
    workload = rendering.find("StatefulSet", "nats")
    if not workload:
        return
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in configuration(rendering, workload).items():
            # Its own directories are not here; where they are is not what is checked.
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

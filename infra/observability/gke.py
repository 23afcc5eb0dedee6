#!/usr/bin/env python3
"""The same rules for Managed Service for Prometheus on GKE, and what it is to scrape, as manifests for the namespace of the services.

    infra/observability/gke.py | kubectl apply --namespace boxoffice -f -

Made from the files that Prometheus of compose reads, so there is one place to change a rule. Python 3 only.
"""

import re
from collections.abc import Iterator
from pathlib import Path

PROMETHEUS = Path(__file__).resolve().parent / "prometheus"
# Each sample is paid for; every window of the rules still holds four.
SCRAPE_INTERVAL = EVALUATION_INTERVAL = "15s"


def services() -> list[str]:
    """Jobs of prometheus.yml: in the cluster `job` is the name of the PodMonitoring."""
    text = (PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8")
    return re.findall(r"^ +- job_name: (\S+)$", text, re.MULTILINE)


def scraped(service: str) -> str:
    """A service's pods, at the port that the deployment calls http."""
    return f"""apiVersion: monitoring.googleapis.com/v1
kind: PodMonitoring
metadata:
  name: {service}
spec:
  selector:
    matchLabels:
      app.kubernetes.io/component: service
      app.kubernetes.io/name: {service}
  endpoints:
  - port: http
    path: /metrics
    interval: {SCRAPE_INTERVAL}
"""


def ruled(file: Path) -> str:
    """A file of rules; groups without an interval would be evaluated once a minute, which is a whole order's life."""
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"^(  - name: .+\n)(?!    interval:)", rf"\1    interval: {EVALUATION_INTERVAL}\n", text, flags=re.MULTILINE)
    indented = "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))
    return f"""apiVersion: monitoring.googleapis.com/v1
kind: Rules
metadata:
  name: {file.stem.replace("_", "-")}
spec:
{indented}"""


def manifests() -> Iterator[str]:
    """All of them."""
    yield from map(scraped, services())
    yield from map(ruled, sorted((PROMETHEUS / "rules").glob("*.yml")))


if __name__ == "__main__":
    print("---\n".join(manifests()), end="")

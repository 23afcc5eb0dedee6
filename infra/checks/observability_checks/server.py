"""The real Prometheus with the real configuration and rules, looking at a running marketplace: what rules and dashboards get from it."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import yaml  # type: ignore[import-untyped]
from servers import free_ports

from . import expressions
from .expressions import Expression
from .rules import files, load
from .tools import Tools

# Two looks, two evaluations and some, on a busy machine.
PATIENCE_S = 60.0


@contextmanager
def watching(tools: Tools, root: Path, host: str) -> Iterator[str]:
    """Its address. It is the configuration of compose, but every service is the one marketplace, and all goes faster."""
    with tempfile.TemporaryDirectory() as directory:
        config = load(root / "prometheus/prometheus.yml")
        config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        config["rule_files"] = [_hurried(file, Path(directory)) for file in files(root, "rules")]
        for scraped in config["scrape_configs"]:
            scraped["static_configs"] = [{"targets": [host]}]
        file = Path(directory, "prometheus.yml")
        file.write_text(yaml.dump(config, Dumper=yaml.CSafeDumper), encoding="utf-8")
        address = f"127.0.0.1:{free_ports(1)[0]}"
        options = (f"--config.file={file}", f"--storage.tsdb.path={directory}/data", f"--web.listen-address={address}", "--log.level=error")
        process = subprocess.Popen([tools.prometheus, *options])
        try:
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait()


def evaluated(prometheus: str, asked: list[Expression], without: set[str]) -> Iterator[str]:
    """Rules that fail, alerts that should not fire, and expressions that get nothing or lack what their legend shows. Expressions that
    name a metric of `without`, which is not exposed, may get nothing."""
    deadline = time.monotonic() + PATIENCE_S
    wrong = ["Prometheus does not answer"]
    while wrong and time.monotonic() < deadline:
        time.sleep(1)
        try:
            wrong = [*_rules(prometheus), *(message for one in asked for message in _asked(prometheus, one, without))]
        except requests.ConnectionError as error:
            # Before it has started.
            wrong = [f"{prometheus}: {error}"]
    yield from wrong


def _hurried(file: Path, directory: Path) -> str:
    rules = load(file)
    for group in rules["groups"]:
        group.pop("interval", None)
    copy = directory / file.name
    copy.write_text(yaml.dump(rules, Dumper=yaml.CSafeDumper), encoding="utf-8")
    return str(copy)


def _rules(prometheus: str) -> Iterator[str]:
    for group in _get(prometheus, "rules")["groups"]:
        for rule in group["rules"]:
            at = f"{Path(group['file']).name}: {rule['name']}"
            if rule["health"] != "ok":
                yield f"{at}: Prometheus says {rule['health']} {rule.get('lastError', '')}"
            if rule.get("state") == "firing" and rule["labels"]["severity"] == "critical":
                yield f"{at}: fires on a marketplace without any trouble"


def _asked(prometheus: str, one: Expression, without: set[str]) -> Iterator[str]:
    try:
        results = _get(prometheus, "query", query=one.text)["result"]
    except requests.HTTPError as error:
        yield f"{one.at}: Prometheus says {error.response.text} to {one.text}"
        return
    if not results:
        if not expressions.may_be_empty(one.text) and not expressions.names([one]) & without:
            yield f"{one.at}: gets nothing from a running marketplace: {one.text}"
        return
    if isinstance(results[0], dict):
        # `or vector(0)` has no labels, so one series with them is enough.
        lacking = {label for label in one.legend if not any(label in result["metric"] for result in results)}
        if lacking and not expressions.may_be_empty(one.text):
            yield f"{one.at}: the legend shows {', '.join(sorted(lacking))}, which {one.text} does not have"


def _get(prometheus: str, what: str, **parameters: str) -> Any:
    answer = requests.get(f"{prometheus}/api/v1/{what}", parameters, timeout=10)
    answer.raise_for_status()
    return answer.json()["data"]

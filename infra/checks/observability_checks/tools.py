"""The tools that the checks need, installed below the cache directory if they are not there."""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from images_checks.tools import CACHE

# Parsers of YAML and PromQL, and Grafana's own description of its dashboards (that of Grafana 11.6, which later ones read).
PACKAGES = ("PyYAML==6.0.3", "promql-parser==0.11.0", "grafana-foundation-sdk==1769699379!11.6.0")

# Debian 12 has 2.42.0. A distribution's release keeps its version, so that pins it; older ones know less PromQL than is used here,
# and what a fourth major version means nobody knows.
VERSION_MIN, VERSION_END = (2, 42), (4, 0)


@dataclass(frozen=True)
class Tools:
    """Where Prometheus and promtool are."""

    prometheus: Path
    promtool: Path

    def run(self, *arguments: str | Path, text: str | None = None, directory: Path | None = None) -> subprocess.CompletedProcess[str]:
        """What promtool says, and its exit code."""
        return subprocess.run([self.promtool, *arguments], input=text, cwd=directory, capture_output=True, text=True, check=False)


class Missing(Exception):
    """A tool cannot be had, and what to do about it."""


def prometheus() -> Tools:
    """Prometheus of the PATH, or of the Debian package, unpacked and not installed: installing it would start a server."""
    directory = CACHE / f"prometheus-{_release()}"
    for tools in (_on_path(), _unpacked(directory)):
        if tools is not None:
            return tools
    _unpack(directory)
    tools = _unpacked(directory)
    if tools is None:
        raise Missing(f"the package prometheus of {_release()} has no promtool from {VERSION_MIN} up to {VERSION_END}")
    return tools


def version(tools: Tools) -> str:
    """Such as 2.42.0."""
    told = tools.run("--version")
    found = re.search(r"version (\d+\.\d+\.\d+)", told.stdout + told.stderr)
    return found.group(1) if found else "unknown"


def _fits(tools: Tools) -> bool:
    numbers = version(tools).split(".")[:2]
    return all(n.isdigit() for n in numbers) and VERSION_MIN <= tuple(map(int, numbers)) < VERSION_END


def _on_path() -> Tools | None:
    found = [shutil.which(name) for name in ("prometheus", "promtool")]
    if found[0] is None or found[1] is None:
        return None
    tools = Tools(Path(found[0]), Path(found[1]))
    return tools if _fits(tools) else None


def _unpacked(directory: Path) -> Tools | None:
    tools = Tools(directory / "usr/bin/prometheus", directory / "usr/bin/promtool")
    return tools if tools.promtool.exists() and tools.prometheus.exists() and _fits(tools) else None


def _release() -> str:
    release = Path("/etc/os-release")
    lines = release.read_text(encoding="utf-8").splitlines() if release.exists() else []
    named = dict(line.split("=", 1) for line in lines if "=" in line)
    return "-".join(named.get(name, "unknown").strip('"') for name in ("ID", "VERSION_ID"))


def _unpack(directory: Path) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise Missing("promtool is needed: install Prometheus 2.42 or later, with promtool, on the PATH")
    with tempfile.TemporaryDirectory() as download:
        # As root, apt downloads as another user, who has to be able to write here.
        os.chmod(download, 0o777)
        if not _download(download):
            # Lists of packages may be missing or old.
            update = ["apt-get", "update", "-qq"]
            subprocess.run(update if os.geteuid() == 0 else ["sudo", "-n", *update], check=False)
            if not _download(download):
                raise Missing("promtool is needed, and apt-get has no package prometheus: put Prometheus 2.42 or later on the PATH")
        package = next(Path(download).glob("prometheus_*.deb"))
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        subprocess.run(["dpkg-deb", "-x", package, directory], check=True)


def _download(directory: str) -> bool:
    got = subprocess.run(["apt-get", "download", "-qq", "prometheus"], cwd=directory, capture_output=True, check=False)
    return got.returncode == 0

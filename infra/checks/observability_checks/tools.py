"""Prometheus and promtool: of the PATH, or of Debian's package."""

import os
import platform
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from command import Broken, run
from locked import CACHE

# Debian 12 has 2.42.0. A distribution's release keeps its version, so that pins it; older ones know less PromQL than is used here, and a fourth major
# version is not known yet.
VERSION_MIN, VERSION_END = (2, 42), (4, 0)


@dataclass(frozen=True)
class Tools:
    """Where Prometheus and promtool are."""

    prometheus: Path
    promtool: Path

    def run(self, *arguments: str | Path, text: str | None = None, directory: Path | None = None) -> subprocess.CompletedProcess[str]:
        """What promtool says, and its exit code."""
        return subprocess.run([self.promtool, *arguments], input=text, cwd=directory, capture_output=True, text=True, check=False)

    def version(self) -> str:
        """Such as 2.42.0; empty if there is none."""
        told = self.run("--version") if self.promtool.is_file() and self.prometheus.is_file() else None
        found = re.search(r"version (\d+\.\d+\.\d+)", told.stdout + told.stderr) if told else None
        return found[1] if found else ""

    def fit(self) -> bool:
        return VERSION_MIN <= tuple(map(int, self.version().split(".")[:2] or (0,))) < VERSION_END if self.version() else False


def prometheus() -> Tools:
    """Debian's package is unpacked and not installed: installing it would start a server."""
    release = platform.freedesktop_os_release()
    directory = CACHE / f"prometheus-{release['ID']}-{release.get('VERSION_ID', 'unknown')}"
    on_path = Tools(*(Path(shutil.which(name) or "") for name in ("prometheus", "promtool")))
    unpacked = Tools(directory / "usr/bin/prometheus", directory / "usr/bin/promtool")
    if not on_path.fit() and not unpacked.fit():
        unpack(directory)
    for tools in (on_path, unpacked):
        if tools.fit():
            return tools
    raise Broken(f"promtool is needed: put Prometheus from {VERSION_MIN} up to {VERSION_END}, with promtool, on the PATH")


def unpack(directory: Path) -> None:
    with tempfile.TemporaryDirectory() as download:
        # As root, apt downloads as another user, who has to be able to write here.
        os.chmod(download, 0o777)
        get = ["sh", "-c", 'cd "$0" && apt-get download -qq prometheus', download]
        if subprocess.run(get, capture_output=True, check=False).returncode:
            # Lists of packages may be missing or old.
            update = ["apt-get", "update", "-qq"]
            run(*(update if os.geteuid() == 0 else ["sudo", "-n", *update]), what="cannot read Debian's list of packages")
            run(*get, what="promtool is needed, and apt-get has no package prometheus: put Prometheus 2.42 or later on the PATH")
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        run("dpkg-deb", "-x", next(Path(download).glob("prometheus_*.deb")), directory, what="cannot unpack Prometheus")

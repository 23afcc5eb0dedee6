"""Whether the image is well made, builds from nothing but this repository, its base and the crates of the lock file, and runs.

Lints infra/docker/Dockerfile, builds the programs (unoptimised) on stand-ins for the base images, and runs the image of `boxoffice`, which needs no
server, as an orchestrator would: not as root, with a root file system that cannot be written. Needs root on Debian and Rust; installs buildah. No image is pulled, so what the
pinned bases hold is not seen here; the workflow pull-request.yml builds on them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from command import ROOT, Broken, Options, Steps, must_be_root, run
from environment import install_packages
from images_checks import bases
from images_checks.bases import BUILDER, RUNTIME, Buildah
from images_checks.container import USER, Container
from locked import CACHE
from people import ask

DOCKERFILE = "infra/docker/Dockerfile"
DEPENDENCIES, IMAGE = (f"localhost/boxoffice/{name}" for name in ("dependencies", "boxoffice"))
ARGUMENTS = {"BUILDER": BUILDER, "RUNTIME": RUNTIME, "PROFILE": "dev", "CARGO_NET_OFFLINE": "true"}
BUILT = (".dockerignore", "Cargo.toml", "Cargo.lock", "common", "services", "xtask", "infra/docker")
SHELLS = {"sh", "bash", "dash", "ash", "busybox"}
# The program without optimisation; a base of some 30 MB comes on top of it.
SIZE_MAX_MB = 150


def steps(options: Options) -> Steps:
    yield "hadolint finds nothing, and no rule is left out", lint
    yield "both bases are pinned by digest, and the compiler is that of Cargo.toml", pinned
    if options.image:
        must_be_root("mount and to make containers")
        install_packages(bases.PACKAGES)
        buildah = Buildah(CACHE / "images-buildah")
        yield "builds without network from the lock file; an edited source leaves the dependencies cached", lambda: build(buildah)
        yield "the argument orders starts orders", lambda: holds_the_services(buildah)
        yield "runs without root on a read-only file system, is ready, signs a user up, and ends by SIGTERM", lambda: runs(buildah)


def must(rule: str, holds: object, found: object = "") -> None:
    if not holds:
        raise Broken(f"{DOCKERFILE}: {rule}" + (f", not {found!r}" if found != "" else ""))


def lint() -> None:
    run("hadolint", "--failure-threshold", "style", DOCKERFILE, what=DOCKERFILE)


def pinned() -> None:
    text = (ROOT / DOCKERFILE).read_text()
    for name in ("BUILDER", "RUNTIME"):
        default = re.search(rf"^ARG {name}=(.*)$", text, re.MULTILINE)
        must(f"{name} must be a tag and a digest", default and re.fullmatch(r"\S+:\S+@sha256:[0-9a-f]{64}", default[1]), default and default[1])
    elsewhere = re.search(r"^FROM (?!\$\{(BUILDER|RUNTIME)\}|dependencies\b).*", text, re.MULTILINE)
    must("no stage may be from anything but BUILDER, RUNTIME or another stage", elsewhere is None, elsewhere and elsewhere[0])
    must("the program must not be downloaded or installed", not re.search(r"\b(curl|wget|apt-get|pip)\b", text))
    rust = (ROOT / "Cargo.toml").read_text()
    version = re.search(r'^rust-version = "([\d.]+)"', rust, re.MULTILINE)
    must(f"BUILDER must be the Rust that Cargo.toml asks for, rust:{version and version[1]}", version and f"rust:{version[1]}." in text)


def build(buildah: Buildah) -> None:
    # What a run that was ended half-way has left.
    buildah("rm", "--all", what="cannot clear old containers")
    buildah.make_bases()
    bases.seed_crates(buildah)
    options = [word for name, value in ARGUMENTS.items() for word in ("--build-arg", f"{name}={value}")]
    with snapshot() as context:
        edited, text = context / "services/orders/src/lib.rs", (ROOT / "services/orders/src/lib.rs").read_text()
        edited.write_text(text + "// edited\n")
        buildah.build("--target", "dependencies", "--tag", DEPENDENCIES, *options, "--file", context / DOCKERFILE, context, what=DOCKERFILE)
        edited.write_text(text)
        log = buildah.build("--tag", IMAGE, *options, "--file", context / DOCKERFILE, context, what=DOCKERFILE)
    compiled = log[: log.index(" AS build")].count("Compiling")
    must("the layer of dependencies must be taken from the cache although a source file differs", compiled == 0, f"{compiled} crates compiled")
    # What the builds before this one left; the tagged layer stays for the next one.
    buildah("rmi", "--prune", what="cannot clear old layers")


@contextmanager
def snapshot() -> Iterator[Path]:
    """A copy of the sources of the image."""
    with TemporaryDirectory(dir=CACHE) as folder:
        run("cp", "--recursive", "--parents", *BUILT, folder, what="cannot copy the sources of the image")
        yield Path(folder)


def holds_the_services(buildah: Buildah) -> None:
    """The program says who it is; it is run here, since it would wait for servers there."""
    container = buildah("from", "--pull-never", IMAGE, what=IMAGE).strip()
    said = run(Path(buildah("mount", container, what=IMAGE).strip()) / "program", "orders", "--version", what=IMAGE)
    buildah("rm", container, what=IMAGE)
    must("the argument orders must start orders", said.startswith("orders "), said)


def runs(buildah: Buildah) -> None:
    with Container(buildah, IMAGE) as container:
        files = [path for path in container.root.rglob("*") if path.is_file() and not path.is_symlink()]
        must("no shell may be in the image", not SHELLS & {path.name for path in files}, sorted(path.name for path in files))
        size = (container.root / "program").stat().st_size / 1e6
        must(f"the program must have {SIZE_MAX_MB} MB at the most", size <= SIZE_MAX_MB, f"{size:.0f} MB")
        labels = container.config["Labels"]
        must("the image must be labelled by its program", labels.get("org.opencontainers.image.title") == "boxoffice/boxoffice", labels)
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{container.pid}/status").read_text().splitlines())
        must(f"it must run as user {USER}", status["Uid"].split()[0] == str(USER), status["Uid"])
        must("it must have no capability", int(status["CapEff"], 16) == 0, status["CapEff"])
        root = next(line for line in Path(f"/proc/{container.pid}/mountinfo").read_text().splitlines() if line.split()[4] == "/")
        must("its root must be read-only", root.split()[5].startswith("ro"), root)
        for path in ("/health/live", "/health/ready"):
            must(f"GET {path} must answer 200", ask(container.url + path)[0] == 200, ask(container.url + path))
        person = {"email": "ann@example.com", "password": "a fine password"}
        signed_up = ask(f"{container.url}/api/users/signup", "POST", body=person)
        must("a sign-up must be written and answered 201", signed_up[0] == 201, signed_up)
        code = container.stop()
        must("SIGTERM must end it with 0", code == 0, (code, container.lines))

"""Stand-ins for the base images, made of this machine: its compiler, and its C library. Nothing is pulled from anywhere.

They have what infra/docker/Dockerfile relies on: the builder cargo, a C compiler and CARGO_HOME at /usr/local/cargo; the runtime a C library, its
loader and a user without a name, and no shell."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from command import Broken, run

BUILDER, RUNTIME = "localhost/boxoffice-base/builder", "localhost/boxoffice-base/runtime"
# Debian's packages, by the program that is wanted of each.
PACKAGES = {"buildah": "buildah", "setpriv": "util-linux", "gcc": "gcc"}
# What a stock Debian links to below /usr.
LINKS = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64"}
# Of this machine, shown to the builder while it runs, so that no gigabyte is copied.
SHOWN = ("/usr/bin", "/usr/lib", "/usr/lib64", "/usr/include", "/usr/libexec", "/etc/alternatives")
LIBRARIES = ("libc.so.6", "libm.so.6", "libgcc_s.so.1")


class Buildah:
    """Buildah with a storage of its own."""

    def __init__(self, storage: Path) -> None:
        driver = "overlay" if "\toverlay\n" in Path("/proc/filesystems").read_text() else "vfs"
        self.options = ("--root", storage / driver, "--runroot", storage / "run", "--storage-driver", driver)

    def __call__(self, *words: str | Path, what: str, text: str | None = None) -> str:
        return run("buildah", *self.options, *words, what=what, text=text)

    def build(self, *words: str | Path, what: str, text: str | None = None) -> str:
        """A build in a chroot: a sandbox may forbid more. Layers are kept and taken again."""
        shown = (f"--volume={path}:{path}:ro" for path in (*SHOWN, *_toolchain()) if Path(path).exists())
        crates = (f"--volume={source}:{target}:ro" for source, target in _crates() if source.exists())
        options = ("--isolation", "chroot", "--network", "host", "--pull=never", "--layers", *shown, *crates)
        return run("buildah", *self.options, "build", *options, *words, what=what, text=text, log=True)

    def make_bases(self) -> None:
        """Both bases, made anew: they are small."""
        with tempfile.TemporaryDirectory() as folder:
            self._make(BUILDER, _builder(Path(folder, "builder")), f"--env=PATH={_toolchain()[0]}/bin:/usr/bin:/bin", "--env=CARGO_HOME=/usr/local/cargo")
            self._make(RUNTIME, _runtime(Path(folder, "runtime")))

    def _make(self, name: str, folder: Path, *config: str) -> None:
        container = self("from", "scratch", what=name).split()[-1]
        self("copy", "--quiet", container, folder, "/", what=name)
        if config:
            self("config", *config, container, what=name)
        # The same files are the same image, whenever it is made: layers on it are found again.
        self("commit", "--quiet", "--rm", "--timestamp", "0", container, name, what=name)


def seed_crates(buildah: Buildah) -> None:
    """Puts the crates that this machine has into the cache that the Dockerfile mounts, so that the build needs no network."""
    run("cargo", "fetch", "--locked", what="cannot fetch the crates of Cargo.lock")
    mount = "--mount=type=cache,id=boxoffice-crates,target=/usr/local/cargo/registry,sharing=locked"
    copy = "cp --recursive --no-clobber /crates/cache /crates/index /usr/local/cargo/registry/"
    with tempfile.TemporaryDirectory() as empty:
        recipe = f"FROM {BUILDER}\nRUN {mount} {copy}\n"
        buildah.build("--no-cache", "--file", "-", empty, what="cannot fill the cache of crates", text=recipe)


def _cargo_home() -> Path:
    return Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def _crates() -> list[tuple[Path, str]]:
    """The crates that this machine has, and its file that says from where, if there is one: shown while building, never in an image."""
    home = _cargo_home()
    return [(home / "registry", "/crates"), (home / "config.toml", "/usr/local/cargo/config.toml")]


def _toolchain() -> tuple[str, ...]:
    return (run("rustc", "--print", "sysroot", what="cannot ask rustc where it is").strip(),)


def _builder(folder: Path) -> Path:
    for name in ("usr/local/cargo/registry", "tmp", "var/tmp", "proc", "sys", "dev", "etc", "root", "crates"):
        (folder / name).mkdir(parents=True)
    for link, target in LINKS.items():
        (folder / link).symlink_to(target)
    # Another compiler is another base, so that nothing of the one before is taken from the cache.
    (folder / "etc/compiler").write_text(run("rustc", "-vV", what="rustc") + run("gcc", "--version", what="gcc"))
    return folder


def _runtime(folder: Path) -> Path:
    for name in ("etc", "tmp", "proc", "sys", "dev"):
        (folder / name).mkdir(parents=True)
    (folder / "etc/passwd").write_text("root:x:0:0::/:/sbin/nologin\nnonroot:x:65532:65532::/:/sbin/nologin\n")
    for library in LIBRARIES:
        found = Path(run("gcc", f"-print-file-name={library}", what="gcc").strip())
        _copy(found, folder / "lib" / run("gcc", "-print-multiarch", what="gcc").strip() / library)
    loader = re.search(r"(/\S*/ld-\S+) \(", run("ldd", "/usr/bin/env", what="ldd"))
    if not loader:
        raise Broken("/usr/bin/env names no loader: it is not a program of this C library")
    _copy(Path(loader[1]), folder / loader[1].lstrip("/"))
    return folder


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source.resolve(), target)

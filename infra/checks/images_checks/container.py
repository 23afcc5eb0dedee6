"""A container of crun: an image run as Kubernetes is told to run it, without root, with a root file system that cannot be written."""

import json
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

from command import Broken

from .bases import Buildah

START_MAX_S = 60  # an empty marketplace opens in one; a busy machine takes its time
STOP_MAX_S = 20  # three steps of at most five seconds each (docs/failures.md), and some
USER = 65532
# An orchestrator's machine may have both versions of cgroups mounted, which crun refuses although it is told to make none.
START = "umount /sys/fs/cgroup/unified 2>/dev/null; exec crun --cgroup-manager=disabled --root \"$0\" run --bundle \"$1\" boxoffice"


class Container:
    """Started with `with`; `url` is where it listens."""

    def __init__(self, buildah: Buildah, image: str) -> None:
        self._buildah, self._folder = buildah, tempfile.TemporaryDirectory()
        self.config: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", image, what=image))["OCIv1"]["config"]
        self._mounted = buildah("from", "--pull-never", image, what=image).strip()
        self.root = Path(buildah("mount", self._mounted, what=image).strip())
        self.lines: list[str] = []

    def __enter__(self) -> "Container":
        bundle = Path(self._folder.name)
        (bundle / "config.json").write_text(json.dumps(self._specification()))
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", START, str(bundle / "state"), str(bundle)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        self.url = self._await_url()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process.poll() is None:
            subprocess.run(["kill", "-KILL", str(self.pid)], check=False)
            self._process.wait()
        self._buildah("rm", self._mounted, what="the container's file system")
        self._folder.cleanup()

    @property
    def pid(self) -> int:
        """Of the program, as this machine sees it."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        if not children:
            raise Broken("the container is gone:\n" + "\n".join(self.lines))
        return int(children[0])

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
        """The status and the body that the program answers with."""
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def stop(self) -> int:
        """Sends the signal that the image names; answers the exit code."""
        subprocess.run(["kill", f"-{self.config['StopSignal']}", str(self.pid)], check=True)
        try:
            return self._process.wait(STOP_MAX_S)
        except subprocess.TimeoutExpired:
            raise Broken(f"infra/docker/Dockerfile: STOPSIGNAL {self.config['StopSignal']} does not stop it within {STOP_MAX_S} s") from None

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self.lines.append(line.rstrip())

    def _await_url(self) -> str:
        bound = time.monotonic() + START_MAX_S
        while time.monotonic() < bound and self._process.poll() is None:
            for line in self.lines:
                if " is open on http://" in line:
                    return "http://127.0.0.1:" + line.rsplit(":", 1)[1]
            time.sleep(0.1)
        raise Broken("infra/docker/Dockerfile: the program in the image does not start:\n" + "\n".join(self.lines))

    def _specification(self) -> dict[str, Any]:
        """By the OCI runtime specification: what the restricted Pod Security standard asks for. The network is this machine's."""
        none = {kind: [] for kind in ("bounding", "effective", "inheritable", "permitted", "ambient")}
        user, _, group = self.config["User"].partition(":")
        owned = ["nosuid", "nodev", f"uid={USER}", f"gid={USER}", "mode=0700"]
        return {
            "ociVersion": "1.0.2",
            "process": {
                "user": {"uid": int(user), "gid": int(group or user)},
                "args": self.config["Entrypoint"],
                "env": [*self.config["Env"], "PORT=0"],
                "cwd": self.config["WorkingDir"],
                "noNewPrivileges": True,
                "capabilities": none,
            },
            "root": {"path": str(self.root), "readonly": True},
            "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]},
                {"destination": "/data", "type": "tmpfs", "source": "tmpfs", "options": owned},
            ],
            "linux": {"namespaces": [{"type": kind} for kind in ("pid", "mount", "ipc", "uts")]},
        }

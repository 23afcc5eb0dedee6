"""A container made by util-linux: an image with the settings of the Kubernetes manifests, without root, and with a read-only root file system."""

import json
import os
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from command import Broken, await_that

from .bases import Buildah

START_MAX_S = 60  # an empty marketplace opens in one; a busy machine takes its time
STOP_MAX_S = 20  # three steps of at most five seconds each (docs/failures.md), and some
USER = 65532
# What the restricted Pod Security standard asks for: a user without capabilities that gains none, and a root that is read-only. The network is this
# machine's. The arguments are the root, the user, the group, the working directory, and the program.
START = f"""
mount --bind "$0" "$0" && mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev"
mount -t tmpfs -o nosuid,nodev,uid={USER},gid={USER},mode=0700 data "$0/data" && mount -o remount,bind,ro "$0"
exec setpriv --no-new-privs unshare --root="$0" --setuid="$1" --setgid="$2" --wd="$3" "$4"
"""
NAMESPACES = ("--mount", "--propagation=private", "--pid", "--ipc", "--uts", "--fork", "--kill-child")


class Container:
    """Started with `with`; `url` is where it listens."""

    def __init__(self, buildah: Buildah, image: str) -> None:
        self._buildah = buildah
        self.config: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", image, what=image))["OCIv1"]["config"]
        self._mounted = buildah("from", "--pull-never", image, what=image).strip()
        self.root = Path(buildah("mount", self._mounted, what=image).strip())
        self.lines: list[str] = []

    def __enter__(self) -> "Container":
        user, _, group = self.config["User"].partition(":")
        arguments = [str(self.root), user, group or user, self.config["WorkingDir"], *self.config["Entrypoint"]]
        environment = dict(variable.split("=", 1) for variable in self.config["Env"])
        self._process = subprocess.Popen(
            ["unshare", *NAMESPACES, "sh", "-ec", START, *arguments],
            env={"PATH": os.environ["PATH"], "PORT": "0"} | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        await_that("infra/docker/Dockerfile: the program in the image", lambda: self._opened() or self._process.poll() is not None, START_MAX_S)
        if not self._opened():
            raise Broken("infra/docker/Dockerfile: the program in the image does not start:\n" + "\n".join(self.lines))
        self.url = "http://127.0.0.1:" + self._opened()[0].rsplit(":", 1)[1]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        self._buildah("rm", self._mounted, what="the container's file system")

    @property
    def pid(self) -> int:
        """Of the program, as this machine sees it."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        if not children:
            raise Broken("the container is gone:\n" + "\n".join(self.lines))
        return int(children[0])

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

    def _opened(self) -> list[str]:
        return [line for line in self.lines if " is open on http://" in line]

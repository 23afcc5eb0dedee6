"""Clients of a running marketplace."""

import json
import sys
from collections.abc import Callable
from typing import Any

from command import ROOT, Broken, await_that

sys.path.insert(0, str(ROOT / "bench"))

import market  # noqa: E402


class Person:
    """A user with a session; `host_of` returns the host of a path."""

    def __init__(self, name: str, host_of: Callable[[str], str]) -> None:
        self.host_of, self.cookies = host_of, {}
        self.create("/api/users/signup", {"email": f"{name}@example.com", "password": "a fine password"})

    def call(self, method: str, path: str, body: object, status: int) -> Any:
        """The body of the response, whose status has to be this one."""
        found, answer = self.respond(method, path, body)
        if found != status:
            raise Broken(f"{method} {path}: {found} {answer}")
        return answer

    def create(self, path: str, body: object) -> Any:
        """Creates a resource; repeats the request while a copy that it depends on has not arrived by message."""
        answers: list[tuple[int, Any]] = []

        def found() -> bool:
            answers.append(self.respond("POST", path, body))
            return answers[-1][0] != 404

        await_that(f"POST {path} finds what it names", found)
        status, answer = answers[-1]
        if status != 201:
            raise Broken(f"POST {path}: {status} {answer}")
        return answer

    def respond(self, method: str, path: str, body: object) -> tuple[int, Any]:
        client = market.Client(self.host_of(path))
        client.cookies = self.cookies
        status, text = client.call(method, path, body)
        return status, json.loads(text) if text else {}

"""Clients of a running marketplace."""

from collections.abc import Callable
from typing import Any

import requests
from command import Broken, await_that


def ask(url: str, method: str = "GET", headers: dict[str, str] | None = None, body: object = None) -> tuple[int, str]:
    """The status and the text of a response; a body is sent as JSON."""
    answer = requests.request(method, url, headers=headers, json=body, timeout=30)
    return answer.status_code, answer.text


class Person:
    """A user with a session; `host_of` returns the host of a path."""

    def __init__(self, name: str, host_of: Callable[[str], str]) -> None:
        self.host_of, self.session = host_of, requests.Session()
        self.create("/api/users/signup", {"email": f"{name}@example.com", "password": "a fine password"})

    def call(self, method: str, path: str, body: object, status: int) -> Any:
        """The body of the response, whose status has to be this one."""
        answer = self.respond(method, path, body)
        if answer.status_code != status:
            raise Broken(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.text else {}

    def create(self, path: str, body: object) -> Any:
        """Creates a resource; repeats the request while a copy that it depends on has not arrived by message."""
        answers: list[requests.Response] = []

        def found() -> bool:
            answers.append(self.respond("POST", path, body))
            return answers[-1].status_code != 404

        await_that(f"POST {path} finds what it names", found)
        if answers[-1].status_code != 201:
            raise Broken(f"POST {path}: {answers[-1].status_code} {answers[-1].text}")
        return answers[-1].json()

    def respond(self, method: str, path: str, body: object) -> requests.Response:
        return self.session.request(method, f"http://{self.host_of(path)}{path}", json=body, timeout=30)

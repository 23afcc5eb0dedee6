#!/usr/bin/env python3
"""Whether a marketplace answers the public as it should, without leaving anything behind.

    .github/workflows/smoke.py https://tickets.example.com

Reads only, since it is asked of production: an account cannot be deleted, an order takes a unit from somebody for a minute, and a payment is money. Each of
the public services is reached through the gateway, and reads its own store or shows by its refusal that it looked; what is not for the public must
not be there. That people can sign up, order and pay is shown before, by the tour of README.md on the same images (pull-request.yml)."""

import json
import sys
import time
import urllib.error
import urllib.request
from typing import Any

# A load balancer takes this long to send requests to new pods only.
WAIT_MAX_S = 180
PAUSE_S = 5

# Method, path, status, and what the answer must hold: a key and its value, or a list.
Expected = tuple[str, str, int, dict[str, Any] | list[Any] | None]
EXPECTED: list[Expected] = [
    ("GET", "/api/users/currentuser", 200, {"currentUser": None}),
    ("GET", "/api/tickets?limit=1", 200, []),
    ("GET", "/api/tickets/000000000000000000000000", 404, {"code": "not_found"}),
    ("GET", "/api/orders", 401, {"code": "not_signed_in"}),
    ("GET", "/api/payments/account", 401, {"code": "not_signed_in"}),
    ("POST", "/api/payments/webhook", 400, {"code": "bad_signature"}),
    ("GET", "/", 200, None),
    ("GET", "/signin", 200, None),
    ("GET", "/about/nothing", 404, None),
    ("GET", "/metrics", 404, None),
    ("GET", "/health/ready", 404, None),
]


def ask(method: str, url: str) -> tuple[int, bytes]:
    body = b"{}" if method == "POST" else None
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def complaint(site: str, expected: Expected) -> str | None:
    """What is wrong with one answer."""
    method, path, status, holds = expected
    try:
        found, body = ask(method, site + path)
    except OSError as error:
        return f"{method} {path}: {error}"
    if found != status:
        return f"{method} {path}: {found}, not {status}: {body[:300]!r}"
    if holds is None:
        return None
    try:
        answer = json.loads(body)
    except ValueError:
        return f"{method} {path}: no JSON: {body[:300]!r}"
    if isinstance(holds, list):
        return None if isinstance(answer, list) else f"{method} {path}: no list: {body[:300]!r}"
    missing = {key: value for key, value in holds.items() if key not in answer or answer[key] != value}
    return f"{method} {path}: not {missing}: {body[:300]!r}" if missing else None


def main(site: str) -> int:
    bound = time.monotonic() + WAIT_MAX_S
    while True:
        complaints = [line for expected in EXPECTED if (line := complaint(site, expected))]
        if not complaints:
            print(f"{site}: {len(EXPECTED)} answers are as they should be")
            return 0
        if time.monotonic() > bound:
            print("\n".join(complaints), file=sys.stderr)
            return 1
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))

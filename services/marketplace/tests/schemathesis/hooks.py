"""Adds a valid session and existing ids to the generated requests.

Without them, nearly every request would end with "not signed in" or "not found". Every second
request names an existing resource or has a meaningful body, and later requests use the created
resources. The requesting account is never banned; each erasure, and each change with a code or a mailed
link, is of an account of its own.
`WORLD` is the file that run.py wrote: the host, the requesting account, and the existing ids.
"""

import base64
import hmac
import http.client
import json
import os
import re
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import mails
import schemathesis
from schemathesis import GenerationMode

WORLD = json.loads(Path(os.environ["WORLD"]).read_text())
ID = re.compile("[0-9a-f]{24}")
# The resource that the `{id}` of a path names.
NAMED = {
    "/api/users/": "accounts", "/api/tickets/": "tickets", "/api/shows/": "shows", "/api/images/": "images", "/api/orders/": "orders",
    "/api/payments/": "payments", "/api/reports/": "reports", "/api/gates/": "gates",
    "/api/admissions/": "admissions", "/api/transfers/": "transfers",
}
# The resource whose id a response contains.
MADE = {"/api/tickets": "tickets", "/api/shows": "shows", "/api/orders": "orders", "/api/payments": "payments"}
CONFIRMATION = "POST /api/users/second-factor/confirm"
# The operations whose account has a second factor, which is pending for its confirmation and on for the others.
OF_A_FACTOR = [CONFIRMATION, "DELETE /api/users/second-factor", "POST /api/users/second-factor/recovery-codes"]
# The operations that take the token of a mailed link.
OF_A_LINK = ["POST /api/users/email/confirm", "POST /api/users/email/restore", "POST /api/users/password/reset"]
PLACE = {"name": "Town Hall", "timeZone": "Europe/Berlin"}
# Meaningful bodies; a list stands for an existing value of a kind.
MEANT = {
    "/api/tickets": {"title": "Concert", "price": 20.5, "quantity": 1000},
    "/api/tickets/{id}": {"title": "Concert, the second night", "price": 20.5, "quantity": 1000},
    "/api/shows": {"title": "Opera", "venue": PLACE, "startsAt": "2035-06-01T18:00:00Z", "tickets": ({"title": "Stalls", "price": 20.5},)},
    "/api/shows/{id}": {"title": "Opera, the second night", "venue": PLACE, "startsAt": "2035-06-01T18:00:00Z"},
    "/api/shows/{id}/postpone": {"startsAt": "2036-06-01T18:00:00Z", "refundsUntil": "2036-05-01T18:00:00Z"},
    "/api/tickets/{id}/report": {"reason": "fraud", "text": "It was sold twice"},
    "/api/shows/{id}/report": {"reason": "not_as_described"},
    "/api/orders": {"ticketId": ["offers"], "quantity": 2},
    "/api/payments": {"orderId": ["orders"], "token": ["tokens"]},
    "/api/payments/top-ups": {"amount": 10, "token": ["tokens"]},
    "/api/payments/{id}/refunds": {"amount": 0.01},
    "/api/transfers": {"ticketId": ["sendable"], "toEmail": "friend-{turn}@example.com"},
    "/api/transfers/links/claim": {"token": ["claims"]},
    "/api/admissions/{id}/device": {"publicKey": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    "/api/check-ins": {"code": "BX1:", "ticketId": ["tickets"], "scanId": "scan-{turn}"},
    "/api/check-ins/batch": {
        "ticketId": ["tickets"], "scans": ({"code": "BX1:", "scanId": "scan-{turn}", "at": "2026-11-30T18:00:00Z"},),
    },
    "/api/gates": {"name": "North entrance", "showId": ["shows"]},
    "/api/users/signin": {"email": ["emails"], "password": ["passwords"]},
    "/api/users/lookup": {"email": ["emails"]},
    "/api/users/password/forgotten": {"email": ["emails"]},
    "/api/users/email": {"email": "moved-{turn}@example.com", "currentPassword": ["passwords"]},
    "/api/mail/unsubscribe": {"token": ["unsubscriptions"]},
    "/api/users/password": {"currentPassword": ["passwords"], "newPassword": "another fine password"},
    "POST /api/users/second-factor": {"currentPassword": ["passwords"]},
    "/api/users/signup": {"email": "new-{turn}@example.com", "password": "a fine password"},
    "/api/users/me": {"password": "a fine password"},
}
# Meaningful parameters of queries.
ASKED = {
    "/api/admissions/document": {"order": ["documented"]},
    "/api/check-ins/conflicts": {"ticketId": ["tickets"]},
    "/api/check-ins/counts": {"ticketId": ["tickets"]},
    "/api/gates/{id}/bundle": {"now": "{now}"},
}


def post(path, body, cookie=""):
    """The cookies that a request sets, and the fields of its response."""
    host = http.client.HTTPConnection(WORLD["host"], timeout=30)
    host.request("POST", f"/api/users/{path}", json.dumps(body), {"Content-Type": "application/json", "Cookie": cookie})
    answer = host.getresponse()
    content = answer.read()
    assert answer.status in (200, 201, 202), f"{path} returned {answer.status} {content}"
    return "; ".join(cookie.split(";")[0] for cookie in answer.headers.get_all("Set-Cookie") or ()), json.loads(content or "null")


def session(way, account):
    """The cookies of a new session, by sign-in or sign-up: the token and the renewal secret."""
    return post(f"sign{way}", account)[0]


def totp(secret):
    """The present code of a second factor (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), (int(time.time()) // 30).to_bytes(8), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def factor(operation, number):
    """The cookies of a new account with a second factor, and a body with its code for an operation: a
    confirmation, or another change of a factor that is on."""
    password = "a fine password"
    cookie = session("up", {"email": f"factor-{number}@example.com", "password": password})
    code = totp(post("second-factor", {"currentPassword": password}, cookie)[1]["secret"])
    if operation == CONFIRMATION:
        return cookie, {"code": code}
    cookie, codes = post("second-factor/confirm", {"code": code}, cookie)
    return cookie, {"currentPassword": password, "code": codes["recoveryCodes"][0]}


def linked(operation, number):
    """The cookies of a new account, and a body with the token of a mailed link for an operation."""
    host, email, password = WORLD["host"], f"linked-{number}@example.com", "a fine password"
    cookie = session("up", {"email": email, "password": password})
    if operation == "POST /api/users/password/reset":
        post("password/forgotten", {"email": email})
        return cookie, {"token": mails.token(host, email, "/password/"), "newPassword": "another fine password"}
    verification = {"token": mails.token(host, email, "/account/email/")}
    if operation == "POST /api/users/email/confirm":
        return cookie, verification
    post("email/confirm", verification, cookie)
    post("email", {"email": f"new-{email}", "currentPassword": password}, cookie)
    post("email/confirm", {"token": mails.token(host, f"new-{email}", "/account/email/")}, cookie)
    return cookie, {"token": mails.token(host, email, "/account/email/undo/")}


@schemathesis.serializer("image/jpeg", "image/png", "image/webp")
def file(_context, value):
    """The body of a request that is a file. The image is text until here: schemathesis takes bytes for
    an invalid body."""
    if value == WORLD["known"].get("png"):
        return base64.b64decode(value)
    return value if isinstance(value, bytes) else str(value).encode()


class Session:
    """The session of the requesting account, renewed after requests that may have ended it."""

    cookie = None

    def good(self):
        if self.cookie is None and WORLD["id"]:
            self.cookie = session("in", {"email": WORLD["known"]["emails"][0], "password": WORLD["known"]["passwords"][0]})
        return self.cookie


SESSION = Session()
TURNS = Counter()
ANSWERED = Counter()


def existing(kind, turn):
    known = WORLD["known"].get(kind)
    return known[turn % len(known)] if known else None


def meant(value, turn):
    if isinstance(value, list):
        return existing(*value, turn)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.format(turn=turn, now=now) if isinstance(value, str) else value


@schemathesis.hook
def before_call(_context, case, _kwargs):
    if cookie := SESSION.good():
        case.headers["Cookie"] = cookie
    # Changes the first call of each operation, and then every second one.
    turn, parameters = TURNS[case.method, case.path], case.path_parameters or {}
    TURNS[case.method, case.path] += 1
    if turn % 2 and parameters.get("id") != WORLD["id"]:
        return
    kind = next((kind for path, kind in NAMED.items() if case.path.startswith(path)), None)
    if case.method == "POST" and kind == "payments":
        kind = "sales"
    # A seller cannot report the own offer.
    if case.path.endswith("/report"):
        kind = {"tickets": "offers", "shows": "others"}.get(kind)
    # A revoked gate has no bundle.
    if case.path == "/api/gates/{id}":
        kind = "revoked"
    # A bound admission has no static code.
    if case.path == "/api/admissions/{id}/device":
        kind = "bound"
    # A transfer ends once, by its recipient or its sender.
    if case.path == "/api/transfers/{id}" and case.method == "DELETE":
        kind = "sent"
    kind = {"/api/transfers/{id}/accept": "accepted", "/api/transfers/{id}/decline": "declined"}.get(case.path, kind)
    # A cancelled show accepts no other change.
    if case.path == "/api/shows/{id}/cancel":
        kind = "cancelled"
    if kind and ID.fullmatch(str(parameters.get("id"))):
        parameters["id"] = existing(kind, turn // 2) or parameters["id"]
    if case.path == "/dev/mail/{name}":
        parameters["name"] = existing("mails", turn // 2)
    # An invalid body stays, since it must be refused.
    is_valid = case.meta and case.meta.generation.mode is GenerationMode.POSITIVE
    if case.path == "/api/shows/{id}/image" and case.method == "PUT" and is_valid:
        case.body, case.media_type = WORLD["known"]["png"], "image/png"
    if case.path in ASKED and is_valid:
        case.query = {name: meant(value, turn // 2) for name, value in ASKED[case.path].items()}
    wanted = MEANT.get(f"{case.method} {case.path}", MEANT.get(case.path))
    if wanted and isinstance(case.body, dict) and is_valid:
        case.body = {field: meant(value, turn // 2) for field, value in wanted.items()}
        if case.path == "/api/users/me" and WORLD["id"]:
            # The requesting account is still needed: each erasure is of a new account.
            case.headers["Cookie"] = session("up", {"email": f"leaver-{turn}@example.com"} | case.body)

    operation = f"{case.method} {case.path}"
    if operation in OF_A_FACTOR and WORLD["id"] and isinstance(case.body, dict) and is_valid:
        # The requesting account signs in without a code.
        case.headers["Cookie"], case.body = factor(operation, f"{OF_A_FACTOR.index(operation)}-{turn}")
    is_permitted = WORLD["id"] or operation != "POST /api/users/email/confirm"
    if operation in OF_A_LINK and is_permitted and isinstance(case.body, dict) and is_valid:
        # The requesting account keeps its address and its password.
        case.headers["Cookie"], case.body = linked(operation, f"{OF_A_LINK.index(operation)}-{turn}")


@schemathesis.hook
def after_call(_context, case, response):
    ANSWERED[f"{case.method} {case.path} {response.status_code}"] += 1
    if case.path.startswith("/api/users/") and case.method != "GET" or response.status_code == 401:
        SESSION.cookie = None
    if case.path == "/api/users/password" and response.status_code == 204:
        WORLD["known"]["passwords"] = [case.body["newPassword"]]
    if case.method == "POST" and response.status_code in (201, 202) and case.path in MADE:
        WORLD["known"][MADE[case.path]].insert(0, response.json()["id"])
    if case.path == "/api/reports" and response.status_code == 200 and response.json():
        WORLD["known"]["reports"] = [report["id"] for report in response.json()]
    Path(os.environ["ANSWERED"]).write_text(json.dumps(ANSWERED))

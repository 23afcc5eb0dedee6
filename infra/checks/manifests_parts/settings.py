"""Every environment variable that a program gets is a setting of that program, and every setting is given or left alone on
purpose."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import tools
from rendering import SERVICES, Document, Problem, Rendering, container, services

# The settings of a program: each name with its default.
Settings = dict[str, str]

# Left at their defaults everywhere, each for its reason.
LEFT_ALONE = {
    "PORT": "each program has its own; the container ports are compared with it",
    "WORKERS": "0 is one a core, and the cores are what the CPU limit gives",
    "LOG": "warnings and errors; a line for each request would cost more than the request",
    "MONGODB_URL": "MONGODB_URL_FILE: a file is seen by fewer than an environment",
    "MONGODB_TIMEOUT": "longer than any operation takes, shorter than a client waits",
    "MONGODB_POOL": "32 for each of six processes at the most is far below what a member takes",
    "NATS_URL": "NATS_URL_FILE, likewise",
    "NATS_CREDENTIALS": "users have passwords here; a file of nsc's is for a server with accounts",
    "NATS_PREFIX": "the marketplace has a NATS of its own",
    "NATS_TIMEOUT": "an acknowledgement waits for three disks, not for seconds",
    "NATS_LOG_BYTES_MAX": "the server's limit on disk is compared with it",
    "CORS_ORIGINS": "none: the pages of a shop on another origin are for its own overlay to name",
    "TOKEN_LIFETIME": "a quarter of an hour: how often auth hears of a session",
    "SESSION_IDLE_MAX": "a day, as people expect of a shop",
    "SESSION_MAX": "thirty days",
    "REQUEST_LIMIT": "`auto` holds in production: twice what a pod answers on the cores that it is given",
    "ADDRESS_LIMIT": "`auto` holds in production: hundreds of people behind one address",
    "SIGN_IN_LIMIT": "`auto` holds in production: an office at the start of an on-sale",
    "SIGN_UP_LIMIT": "`auto` holds in production, likewise",
    "ORDER_LIMIT": "`auto` holds in production: more than a person wants",
    "SEARCH_LIMIT": "`auto` holds in production: a person who searches once a second",
    "ALLOW_TEST_PROVIDER": "`no` holds: an overlay without Stripe must not sell for no money",
    "ORDER_WINDOW": "the minute that the README promises",
    "PAYMENT_EXTENSION": "what a payment provider takes; a longer one could be used to hold tickets",
    "HOLD_LIMIT": "`auto` holds in production: a family with friends; a sale with other rules sets its own",
    "HOLD_LIMIT_TOTAL": "`auto` holds in production, likewise",
    "UNPAID_LIMIT": "`auto` holds in production: a second unpaid order is still an accident",
    "DECLINE_LIMIT": "`auto` holds in production: people mistype, and try the cards that they have",
    "CARD_ATTEMPT_LIMIT": "`auto` holds in production, likewise",
    "CARD_LIMIT": "`auto` holds in production, likewise",
    "NETWORK_CARD_ATTEMPT_LIMIT": "`auto` holds in production: a carrier's address translation at an on-sale",
    "NETWORK_HOLD_SHARE": "`auto` holds in production: twenty networks at least for a whole sale",
    "STRIPE_SECRET_KEY": "STRIPE_SECRET_KEY_FILE, likewise",
    "STRIPE_WEBHOOK_SECRETS": "STRIPE_WEBHOOK_SECRETS_FILE, likewise",
    "STRIPE_URL": "Stripe itself",
    "STRIPE_TIMEOUT": "20 s, after which the outcome is found out",
    "STRIPE_RETURN_URL": "without it Stripe's own script shows the bank's page",
    "OTEL_TRACES_SAMPLER_ARG": "matters only once a collector is named",
}

LEFT_ALONE_AT = "infra/checks/manifests_parts/settings.py LEFT_ALONE"


def read(programs: Path) -> dict[str, Settings]:
    """What the program says of each service."""
    return {service: ask(programs / "boxoffice", service) for service in SERVICES}


def ask(program: Path, service: str) -> Settings:
    if not program.exists():
        raise tools.Missing(f"{program} is not there: build it with `cargo build --locked --workspace --bins`")
    try:
        said = tools.run(program.resolve(), service, "--help", capture=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise tools.Missing(f"`{program} {service} --help` fails: {error}") from error
    return parse(said)


def parse(said: str) -> Settings:
    """Names and defaults from `--help`, whose lines are broken wherever they are long."""
    return dict(re.findall(r"\[env: (\w+)\] \[default: ([^\]]*)\]", " ".join(said.split())))


def given(rendering: Rendering, deployment: Document) -> dict[str, str]:
    """The variables of a service's container: from the ConfigMaps it takes in whole, and its own. A value that comes from
    somewhere else at run time is empty here."""
    values: dict[str, str] = {}
    service = container(deployment, "service")
    for source in service.get("envFrom", []):
        taken = rendering.find("ConfigMap", source.get("configMapRef", {}).get("name", ""))
        values |= (taken or {}).get("data", {})
    return values | {one["name"]: one.get("value", "") for one in service.get("env", [])}


def check(renderings: Iterable[Rendering], settings: dict[str, Settings]) -> Iterator[Problem]:
    anywhere: dict[str, set[str]] = {service: set() for service in SERVICES}
    for rendering in renderings:
        provider = None
        for name, deployment in services(rendering):
            values = given(rendering, deployment)
            own = values.get("PAYMENT_PROVIDER", provider)
            if own != (provider or own):
                what = f"PAYMENT_PROVIDER of {name} is {own}, another service's {provider}"
                yield rendering.problem("one-provider", what, deployment)
            provider = own
            anywhere[name] |= values.keys()
            for unknown in sorted(values.keys() - settings[name].keys() - taken_in(values)):
                what = f"{unknown} is no setting of {name}, by its --help"
                yield rendering.problem("known-settings", what, deployment)
    for name in SERVICES:
        for forgotten in sorted(settings[name].keys() - anywhere[name] - LEFT_ALONE.keys()):
            what = f"{forgotten} of {name} is given nowhere: give it, or say in {LEFT_ALONE_AT} why not"
            yield Problem("infra/k8s", "every-setting", what)
    yield from stale(anywhere, settings)


def taken_in(values: dict[str, str]) -> set[str]:
    """Names that are there only to be taken into another value, by `$(NAME)`."""
    return {name for value in values.values() for name in re.findall(r"\$\((\w+)\)", value)}


def stale(anywhere: dict[str, set[str]], settings: dict[str, Settings]) -> Iterator[Problem]:
    known = set().union(*settings.values())
    used = set().union(*anywhere.values())
    for name in LEFT_ALONE:
        if name not in known:
            yield Problem(LEFT_ALONE_AT, "every-setting", f"{name} is no setting of any program")
        elif name in used:
            yield Problem(LEFT_ALONE_AT, "every-setting", f"{name} is given, and so not left alone")

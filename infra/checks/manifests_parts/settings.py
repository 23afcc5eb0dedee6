"""Every environment variable that a program gets is a setting of that program, and every setting is given or left alone on
purpose."""

import re
from collections.abc import Iterable, Iterator

import yaml
from command import ROOT
from listed import PORTS
from program_settings import Settings

from .rendering import SERVICES, Document, Rendering, container, services

# Left at their defaults everywhere: each name with the reason.
LEFT_ALONE_AT = "infra/checks/manifests_parts/left_alone.yaml"
LEFT_ALONE: dict[str, str] = yaml.safe_load((ROOT / LEFT_ALONE_AT).read_text(encoding="utf-8"))


def given(rendering: Rendering, deployment: Document) -> dict[str, str]:
    """The variables of a service's container: from the ConfigMaps it takes in whole, and its own. A value that comes from
    somewhere else at run time is empty here."""
    values: dict[str, str] = {}
    service = container(deployment, "service")
    for source in service.get("envFrom", []):
        taken = rendering.find("ConfigMap", source.get("configMapRef", {}).get("name", ""))
        values |= (taken or {}).get("data", {})
    return values | {one["name"]: one.get("value", "") for one in service.get("env", [])}


def check(renderings: Iterable[Rendering], settings: dict[str, Settings]) -> Iterator[str]:
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
        if settings[name].get("PORT") != str(PORTS[name]):
            yield f"infra/services.json: port: {name} is at {PORTS[name]}, and listens on {settings[name].get('PORT')}"
        for forgotten in sorted(settings[name].keys() - anywhere[name] - LEFT_ALONE.keys()):
            what = f"{forgotten} of {name} is given nowhere: give it, or write in {LEFT_ALONE_AT} why not"
            yield f"infra/k8s: every-setting: {what}"
    yield from stale(anywhere, settings)


def taken_in(values: dict[str, str]) -> set[str]:
    """Names that are there only to be taken into another value, by `$(NAME)`."""
    return {name for value in values.values() for name in re.findall(r"\$\((\w+)\)", value)}


def stale(anywhere: dict[str, set[str]], settings: dict[str, Settings]) -> Iterator[str]:
    known = set().union(*settings.values())
    used = set().union(*anywhere.values())
    for name in LEFT_ALONE:
        if name not in known:
            yield f"{LEFT_ALONE_AT}: every-setting: {name} is no setting of any program"
        elif name in used:
            yield f"{LEFT_ALONE_AT}: every-setting: {name} is given, and so not left alone"

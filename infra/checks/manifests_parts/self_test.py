"""Breaks what was rendered, one thing at a time, and shows that each rule sees it. A rule that nothing here breaks is a failure
too."""

import dataclasses
import re
from collections.abc import Callable, Iterable

import breakages
import facts
import mongodb_set_up
import nats_configuration
import policy
import readme_secrets
import schemas
import settings
import tools
import whole
from facts import Facts
from listed import PORTS
from rendering import NAMES, SERVICES, Problem, Rendering, render
from settings import LEFT_ALONE, Settings

HERE = "infra/checks/manifests --self-test"
OWN_RULE = "self-test"

HELP = """
      --nats-monitor-url <URLS>
          Monitoring addresses of all NATS servers, separated by commas, such as
          http://localhost:8222; needed in production [env: NATS_MONITOR_URL] [default: none]
      --host <ADDRESS>  IP address to listen on [env:
          HOST] [default: 127.0.0.1]
"""


def run() -> list[Problem]:
    renderings = {name: render(name) for name in NAMES}
    known = facts.gather(sample(renderings.values()))
    problems = [failed(f"what is not broken is complained of: {one}") for one in whole.by_rules(renderings.values(), known)]
    if settings.parse(HELP) != {"NATS_MONITOR_URL": "none", "HOST": "127.0.0.1"}:
        problems.append(failed("--help is not read as it is written"))
    seen: set[str] = set()
    for breakage in breakages.ALL:
        broken = renderings[breakage.rendering].copy()
        breakage.on(broken)
        caught = {one.rule for one in with_broken(broken, renderings, known)}
        if breakage.rule in caught:
            seen.add(breakage.rule)
        else:
            problems.append(failed(f"{breakage.rule} does not see: {breakage.what} (seen by {sorted(caught)})"))
    for rule in sorted(rules_in_source() - seen):
        problems.append(failed(f"nothing here breaks {rule}, so nobody knows whether it sees anything"))
    problems += false_facts(renderings, known)
    problems += tools_see(renderings)
    print(f"manifests: {len(breakages.ALL)} things were broken; rules that saw theirs: {', '.join(sorted(seen))}")
    return problems


def rules_in_source() -> set[str]:
    """The names under which rules of the rendered documents complain."""
    modules = (file.read_text(encoding="utf-8") for file in tools.PARTS.glob("*.py") if file.name != "breakages.py")
    return {name for text in modules for name in re.findall(r"[pP]roblem\((?:[\w\"/]+, )?\"([a-z-]+)\"", text)}


def failed(what: str) -> Problem:
    return Problem(HERE, OWN_RULE, what)


def sample(renderings: Iterable[Rendering]) -> dict[str, Settings]:
    """Settings as programs would have them that fit what is given here."""
    known: dict[str, Settings] = {}
    for service in SERVICES:
        known[service] = dict.fromkeys(LEFT_ALONE, "none")
        for rendering in renderings:
            deployment = rendering.find("Deployment", service) or {}
            values = settings.given(rendering, deployment)
            known[service] |= dict.fromkeys(values.keys() - settings.taken_in(values), "none")
        known[service] |= {"PORT": str(PORTS[service]), "NATS_LOG_BYTES_MAX": str(1024**3)}
    return known


def with_broken(broken: Rendering, renderings: dict[str, Rendering], known: Facts) -> list[Problem]:
    problems = [problem for rule in whole.RULES for problem in rule(broken, known)]
    return problems + list(settings.check([*(renderings | {broken.name: broken}).values()], known.settings))


def false_facts(renderings: dict[str, Rendering], known: Facts) -> list[Problem]:
    """What changes in the code and not in the manifests is seen as well."""

    def told(rule: str, what: str, changed: Facts) -> list[Problem]:
        rules = {one.rule for one in whole.by_rules(renderings.values(), changed)}
        return [] if rule in rules else [failed(f"{rule} does not see: {what}")]

    def served(path: str, service: str) -> Facts:
        return dataclasses.replace(known, served=known.served | {path: service})

    def settings_are(change: Callable[[Settings], Settings]) -> Facts:
        return dataclasses.replace(known, settings={name: change(one) for name, one in known.settings.items()})

    return [
        *told("stop", "a program that stops slowly", dataclasses.replace(known, stop_seconds=40)),
        *told("nats", "larger messages", dataclasses.replace(known, envelope_bytes=1024**2)),
        *told("nats", "larger streams", dataclasses.replace(known, small_streams_bytes=4 * 1024**3)),
        *told("paths", "a path that leads nowhere", served("/api/shows", "tickets")),
        *told("paths", "a path below another service's", served("/api/orders/{id}/seats", "tickets")),
        *told("paths", "a path whose service nobody knows", served("/api/shows", "")),
        *told("every-setting", "a new setting", settings_are(lambda one: one | {"NEW_SETTING": "1"})),
        *told("every-setting", "a setting that is no more", settings_are(without_workers)),
        *told("port", "another port", settings_are(lambda one: one | {"PORT": "3009"})),
    ]


def without_workers(one: Settings) -> Settings:
    return {name: default for name, default in one.items() if name != "WORKERS"}


def tools_see(renderings: dict[str, Rendering]) -> list[Problem]:
    """Schemas, nats-server, set-up.js and checkov, each shown a few things that are wrong."""
    problems = []
    gke = [one.copy() for one in [renderings["overlays/gke"]] * len(breakages.SCHEMAS)]
    for rendering, (what, breakage) in zip(gke, breakages.SCHEMAS.items(), strict=True):
        # Only the broken one, since each look takes time.
        document = breakage(rendering)
        rendering.documents = [document]
        if not list(schemas.check([rendering])):
            problems.append(failed(f"{schemas.RULE} does not see: {what}"))
    problems += one_sees(nats_configuration.RULE, nats_configuration.check, renderings["base"], breakages.NATS)
    problems += one_sees(mongodb_set_up.RULE, mongodb_set_up.check, renderings["base"], breakages.SET_UP)
    problems += compose_sees()
    problems += commands_see(renderings["overlays/gke"])
    broken = renderings["base"].copy()
    breakages.privileged(broken)
    told = {str(one).split(": ")[2] for one in policy.judge([broken], policy.scan([broken]))}
    if "CKV_K8S_16" not in told:
        problems.append(failed("checkov does not see a privileged container"))
    needless = list(policy.judge([renderings["base"]], {"base": []}))
    if len(needless) != len(policy.EXEMPTIONS):
        problems.append(failed("an exemption from checkov that is not needed is not seen"))
    return problems


def compose_sees() -> list[Problem]:
    """A script for compose that makes too much, too little, or makes it twice."""
    script = mongodb_set_up.compose_script()
    problems = [failed(f"{one}, which is not broken") for one in mongodb_set_up.check_compose(script)]
    for what, (old, new) in breakages.COMPOSE_SET_UP.items():
        if old not in script or not list(mongodb_set_up.check_compose(script.replace(old, new))):
            problems.append(failed(f"{mongodb_set_up.RULE} of compose does not see: {what}"))
    return problems


def commands_see(rendering: Rendering) -> list[Problem]:
    """Commands that make too little, too much, or what does not fit."""
    keys = readme_secrets.needed(rendering)
    commands = readme_secrets.commands()
    broken = {
        "no commands": "",
        "a password that is missing": commands.replace('nats-password "$NATS" ', ""),
        "an address with another password": commands.replace("$SERVICE:$NATS@", "$SERVICE:$MONGODB@"),
        "a secret that is missing": commands.replace("auth tickets", "auth"),
        "a secret that no service reads": commands.replace("for SERVICE in ", "for SERVICE in shows "),
        "a password with signs": commands.replace("-hex 24", "-base64 24"),
        "halves of two keys": commands.replace('PUBLIC=$(echo "${KEY%.}" |', "PUBLIC=$(openssl genpkey -algorithm ed25519 |"),
    }
    problems = []
    for what, changed in broken.items():
        if changed == commands or not list(readme_secrets.wrong(changed, keys)):
            problems.append(failed(f"{readme_secrets.RULE} does not see: {what}"))
    return problems


def one_sees(
    rule: str,
    check: Callable[[Rendering], Iterable[Problem]],
    rendering: Rendering,
    wrong: dict[str, Callable[[Rendering], None]],
) -> list[Problem]:
    problems = [failed(f"{rule} complains of what is not broken: {one}") for one in check(rendering)]
    for what, breakage in wrong.items():
        broken = rendering.copy()
        breakage(broken)
        if not list(check(broken)):
            problems.append(failed(f"{rule} does not see: {what}"))
    return problems

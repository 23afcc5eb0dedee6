"""What checkov, a scanner with some ninety rules for Kubernetes, finds; but for exceptions, each with its reason and each still
needed."""

import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import tools
from rendering import Problem, Rendering

RULE = "checkov"


@dataclass(frozen=True)
class Exemption:
    """A rule that does not hold for some resources, and why that is right."""

    rule: str
    resources: str
    reason: str


EXEMPTIONS = (
    Exemption(
        "CKV_K8S_8",
        "StatefulSet.boxoffice.*-mongodb",
        "the container beside mongod waits to be ended once it has set the member up; it cannot hang",
    ),
    Exemption(
        "CKV_K8S_15",
        "Deployment.boxoffice.*",
        "a tag is never given to a second image, and a laptop's cluster has images that no registry knows",
    ),
    Exemption(
        "CKV_K8S_35",
        "StatefulSet.boxoffice.nats",
        "nats-server takes variables in its configuration from the environment only",
    ),
    Exemption(
        "CKV_K8S_40",
        "StatefulSet.boxoffice.*-mongodb",
        "999 is the user that the image is made for",
    ),
    Exemption(
        "CKV_K8S_43",
        "Deployment.boxoffice.*",
        "skaffold puts the image there that it built, and its digest if it pushed it",
    ),
)

EXEMPTIONS_AT = "infra/checks/manifests_parts/policy.py EXEMPTIONS"

# What checkov says of each rendering, by its name.
Findings = dict[str, list[dict[str, Any]]]


def scan(renderings: Iterable[Rendering]) -> Findings:
    """Runs it once for all of them: it takes seconds to start."""
    with tempfile.TemporaryDirectory() as scratch:
        files = {}
        for rendering in renderings:
            file = Path(scratch) / f"{rendering.name.replace('/', '-')}.yaml"
            file.write_text(rendering.text(), encoding="utf-8")
            files[file.name] = rendering.name
        command = [tools.checkov(), "--framework", "kubernetes", "--directory", scratch, "--output", "json"]
        command += ["--quiet", "--compact", "--skip-download"]
        # It ends with 1 if it finds anything.
        ended = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    try:
        said = json.loads(ended.stdout)
        failed, summary = said["results"]["failed_checks"], said["summary"]
    except (ValueError, KeyError, TypeError) as error:
        raise tools.Missing(f"checkov does not work: {ended.stderr or ended.stdout}") from error
    if summary["parsing_errors"] or not summary["passed"]:
        raise tools.Missing(f"checkov cannot read what was rendered: {summary}")
    findings: Findings = {name: [] for name in files.values()}
    for one in failed:
        findings[files[Path(one["file_path"]).name]].append(one)
    return findings


def judge(renderings: Iterable[Rendering], findings: Findings) -> Iterator[Problem]:
    needed = set()
    for rendering in renderings:
        for one in findings[rendering.name]:
            exemption = next((known for known in EXEMPTIONS if applies(known, one)), None)
            if exemption:
                needed.add(exemption)
            else:
                kind, _, name = one["resource"].split(".", 2)
                what = f"{one['check_id']}: {one['check_name']}"
                yield rendering.problem(RULE, what, rendering.find(kind, name))
    for exemption in EXEMPTIONS:
        if exemption not in needed:
            yield Problem(EXEMPTIONS_AT, RULE, f"{exemption.rule} holds for {exemption.resources}: no exemption is needed")


def applies(exemption: Exemption, finding: dict[str, Any]) -> bool:
    return exemption.rule == finding["check_id"] and fnmatch(finding["resource"], exemption.resources)

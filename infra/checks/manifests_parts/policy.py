"""What checkov reports, but for the exemptions."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml
from command import Broken

from .rendering import Rendering

EXEMPTIONS_AT = "infra/checks/manifests_parts/exemptions.yaml"
EXEMPTIONS: list[dict[str, str]] = yaml.safe_load(Path(__file__).with_name("exemptions.yaml").read_text(encoding="utf-8"))

# What checkov reports of each rendering, by its name.
Findings = dict[str, list[dict[str, Any]]]


def scan(texts: dict[str, str]) -> Findings:
    """Runs it once for all renderings: it takes seconds to start."""
    with tempfile.TemporaryDirectory() as scratch:
        files = {f"{name.replace('/', '-')}.yaml": name for name in texts}
        for file, name in files.items():
            Path(scratch, file).write_text(texts[name], encoding="utf-8")
        command = ["checkov", "--framework", "kubernetes", "--directory", scratch, "--output", "json", "--quiet", "--compact", "--skip-download"]
        # It ends with 1 if it finds anything.
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        said = json.loads(ended.stdout)
        failed, summary = said["results"]["failed_checks"], said["summary"]
    except (ValueError, KeyError, TypeError) as error:
        raise Broken(f"checkov does not work: {ended.stderr or ended.stdout}") from error
    if summary["parsing_errors"] or not summary["passed"]:
        raise Broken(f"checkov cannot read what was rendered: {summary}")
    return {name: [one for one in failed if Path(one["file_path"]).name == file] for file, name in files.items()}


def judge(renderings: list[Rendering], findings: Findings) -> Iterator[str]:
    needless = list(EXEMPTIONS)
    for rendering in renderings:
        for one in findings[rendering.name]:
            exemptions = [known for known in EXEMPTIONS if known["rule"] == one["check_id"] and fnmatch(one["resource"], known["resources"])]
            needless = [known for known in needless if known not in exemptions]
            if not exemptions:
                kind, _, name = one["resource"].split(".", 2)
                yield rendering.problem("checkov", f"{one['check_id']}: {one['check_name']}", rendering.find(kind, name))
    for known in needless:
        yield f"{EXEMPTIONS_AT}: checkov: {known['rule']} holds for {known['resources']}: no exemption is needed"

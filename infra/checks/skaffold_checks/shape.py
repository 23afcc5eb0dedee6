"""What skaffold.yaml may look like: what is used here of apiVersion v4beta13, read off its reference (skaffold.dev/docs/references/yaml).

No package carries the JSON schema of this version. The one that one does carry, v2beta22 of 2021, has the same shape for building, port-forwarding and
profiles; what came later (`manifests`) is described here alone."""

from typing import Any

TEXT = {"type": "string", "minLength": 1}
TRUTH = {"type": "boolean"}
NOTHING: dict[str, Any] = {"type": "object", "additionalProperties": False}


def _object(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": items}


VARIANTS = ["Tags", "CommitSha", "AbbrevCommitSha", "TreeSha", "AbbrevTreeSha", "Branches"]
TAG_POLICY = {
    "oneOf": [
        _object(["inputDigest"], inputDigest=NOTHING),
        _object(["gitCommit"], gitCommit=_object([], variant={"enum": VARIANTS}, prefix=TEXT, ignoreChanges=TRUTH)),
    ]
}
DOCKER = _object(["dockerfile"], dockerfile=TEXT, target=TEXT, buildArgs={"type": "object", "additionalProperties": TEXT})
ARTIFACT = _object(["image", "docker"], image=TEXT, context=TEXT, docker=DOCKER, platforms=_list(TEXT))
LOCAL = _object([], push=TRUTH, useBuildkit=TRUTH, concurrency={"type": "integer", "minimum": 0}, tryImportMissing=TRUTH)
BUILD = _object([], tagPolicy=TAG_POLICY, local=LOCAL, artifacts=_list(ARTIFACT), platforms=_list(TEXT))
MANIFESTS = _object(["kustomize"], kustomize=_object(["paths"], paths=_list(TEXT), buildArgs=_list(TEXT)))
DEPLOY = _object(["kubectl"], kubectl=NOTHING, statusCheck=TRUTH, statusCheckDeadlineSeconds={"type": "integer", "minimum": 1})
FORWARD = _object(
    ["resourceType", "resourceName", "port"],
    resourceType={"enum": ["service", "deployment", "pod"]},
    resourceName=TEXT,
    namespace=TEXT,
    port={"type": "integer"},
    localPort={"type": "integer"},
    address=TEXT,
)
PROFILE = _object(["name"], name=TEXT, build=BUILD, manifests=MANIFESTS, deploy=DEPLOY, portForward=_list(FORWARD))
SHAPE = _object(
    ["apiVersion", "kind", "build", "manifests", "deploy"],
    apiVersion={"const": "skaffold/v4beta13"},
    kind={"const": "Config"},
    metadata=_object(["name"], name=TEXT),
    build=BUILD,
    manifests=MANIFESTS,
    deploy=DEPLOY,
    portForward=_list(FORWARD),
    profiles=_list(PROFILE),
)


def as_in_2021(skaffold: dict[str, Any]) -> dict[str, Any]:
    """The same without what v2beta22 had no word for, or elsewhere."""
    kept = {key: value for key, value in skaffold.items() if key not in ("manifests", "profiles")}
    profiles = [{key: value for key, value in profile.items() if key != "manifests"} for profile in skaffold.get("profiles", [])]
    return kept | {"apiVersion": "skaffold/v2beta22", "profiles": profiles}

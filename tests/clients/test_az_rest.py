"""The core scripts of administrators with `az rest`, which signs in by itself; only where the Azure CLI is installed.

It is large (733 MB), so that `make test` does not install it: `pip install azure-cli` in an environment of its own, and
INSTEP_AZ=/path/to/az.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from fakes.served_graph import TENANT, ServedGraph

AZ = os.environ.get("INSTEP_AZ") or shutil.which("az")
pytestmark = pytest.mark.skipif(AZ is None, reason="the Azure CLI is not installed (az, or INSTEP_AZ)")


@dataclass(frozen=True)
class AzureCli:
    """The Azure CLI with a configuration of its own."""

    served: ServedGraph
    environment: dict[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([AZ, *words], capture_output=True, text=True, timeout=120, env=self.environment)

    def rest(self, method: str, path: str, body: Any = None, status: int = 0) -> Any:
        """What a request answers; `status` is the exit code that is expected."""
        words = ["rest", "--method", method, "--url", f"{self.served.base}/{path}"]
        words += [] if body is None else ["--body", json.dumps(body)]
        answer = self.run(*words)
        assert answer.returncode == status, answer.stderr
        return json.loads(answer.stdout) if answer.stdout.strip() else answer.stderr


@pytest.fixture(scope="module")
def az(served: ServedGraph, tmp_path_factory: pytest.TempPathFactory) -> AzureCli:
    """Signed in as the registered program, to a cloud that is this service."""
    folder = tmp_path_factory.mktemp("az")
    environment = os.environ | {
        "AZURE_CONFIG_DIR": str(folder),
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "REQUESTS_CA_BUNDLE": served.certificate,
    }
    found = AzureCli(served, {name: value for name, value in environment.items() if name != "PYTHONPATH"})
    site = f"{served.site}/"
    endpoints = ("active-directory", "resource-manager", "active-directory-resource-id")
    cloud = [word for name in endpoints for word in (f"--endpoint-{name}", site)]
    graph = ["--endpoint-active-directory-graph-resource-id", site, "--endpoint-microsoft-graph-resource-id", site]
    who = ["--tenant", TENANT, "--username", served.client_id, "--password", served.client_secret]
    for words in (
        ["cloud", "register", "--name", "instep", *cloud, *graph],
        ["cloud", "set", "--name", "instep"],
        ["login", "--service-principal", "--allow-no-subscriptions", *who],
    ):
        answer = found.run(*words)
        assert answer.returncode == 0, answer.stderr
    return found


def test_an_application_is_created_connected_and_started(az: AzureCli, served: ServedGraph) -> None:
    template = az.rest("get", "applicationTemplates?$filter=displayName eq 'Proxyclick'")["value"][0]
    made = az.rest("post", f"applicationTemplates/{template['id']}/instantiate", {"displayName": "Proxyclick HQ"})
    sync = f"servicePrincipals/{made['servicePrincipal']['id']}/synchronization"
    job = az.rest("post", f"{sync}/jobs", {"templateId": "proxyclick"})
    values = {"BaseAddress": served.tenant.tenant_url, "SecretToken": served.tenant.secret_token}
    secrets = {"value": [{"key": key, "value": value} for key, value in values.items()]}
    az.rest("put", f"{sync}/secrets", secrets)
    az.rest("post", f"{sync}/jobs/{job['id']}/start")
    assert az.rest("get", f"{sync}/jobs/{job['id']}")["schedule"]["state"] == "Active"
    az.rest("post", f"{sync}/jobs/{job['id']}/restart", {"criteria": {"resetScope": "Full"}})
    log = f"auditLogs/provisioning?$filter=jobId eq '{job['id']}'&$top=100"
    assert az.rest("get", log)["value"] == []
    assert "Request_ResourceNotFound" in az.rest("get", "users/nobody", status=1)


def test_its_commands_about_users_and_groups_work(az: AzureCli) -> None:
    words = ["--display-name", "Ada", "--user-principal-name", "ada@corp.example", "--password", "not kept"]
    ada = json.loads(az.run("ad", "user", "create", *words).stdout)
    group = json.loads(az.run("ad", "group", "create", "--display-name", "Sales", "--mail-nickname", "sales").stdout)
    assert az.run("ad", "group", "member", "add", "--group", group["id"], "--member-id", ada["id"]).returncode == 0
    asked = az.run("ad", "group", "member", "check", "--group", group["id"], "--member-id", ada["id"])
    assert json.loads(asked.stdout) == {"value": True}
    assert [each["id"] for each in json.loads(az.run("ad", "user", "list").stdout)] == [ada["id"]]
    assert az.run("ad", "user", "delete", "--id", ada["id"]).returncode == 0

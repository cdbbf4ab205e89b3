"""How does a test get a Proxyclick tenant of its own: served by a process, spoken to over HTTP?"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from proxyclick.cli.installing import install_integration
from proxyclick.settings import Settings

SRC = Path(__file__).parents[2] / "src"
COMMAND = [sys.executable, "-m", "proxyclick.cli"]


@dataclass(slots=True)
class ServedTenant:
    """A tenant that is served; `http` brings its Secret Token and has the Tenant URL as its base."""

    site: str
    tenant_url: str
    secret_token: str = field(repr=False)
    data: Path
    process: subprocess.Popen[str]
    http: httpx2.Client = field(repr=False)
    first_link: str | None = None

    def create(self, user_name: str, /, **attributes: Any) -> dict[str, Any]:
        """A new user, as it was answered."""
        answer = self.http.post("/Users", json=user(user_name, **attributes))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def patch(self, user_id: str, *operations: dict[str, Any]) -> httpx2.Response:
        """The answer to a PATCH of these operations."""
        schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
        return self.http.patch(f"/Users/{user_id}", json={"schemas": schemas, "Operations": list(operations)})

    def find(self, filter_text: str, endpoint: str = "/Users") -> list[dict[str, Any]]:
        """The resources that a filter selects."""
        answer = self.http.get(endpoint, params={"filter": filter_text})
        assert answer.status_code == 200, answer.text
        return answer.json()["Resources"]

    def everyone(self) -> list[dict[str, Any]]:
        """All users, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.http.get("/Users", params={"startIndex": len(found) + 1, "count": 1000}).json()
            found += page["Resources"]
            if len(found) >= page["totalResults"]:
                return found

    def kill(self) -> None:
        """Ends the process as a power cut would end it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def user(user_name: str = "ada@corp.example", /, **attributes: Any) -> dict[str, Any]:
    """The body of a user that Proxyclick takes."""
    names = {"givenName": "Ada", "familyName": "Example", "formatted": "Ada Example"}
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": user_name,
        "name": names,
        "emails": [{"type": "work", "value": user_name, "primary": True}],
        "active": True,
    } | attributes


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The outcome of a `proxyclick` command."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, env=environment())


@contextmanager
def served_tenant(data: Path, profile: str = "proxyclick", port: int = 0) -> Iterator[ServedTenant]:
    """A tenant on a free port, with the integration `entra` installed; ended at the end."""
    arguments = ["serve", "--port", str(port), "--profile", profile, "--data", str(data), "--json"]
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True, env=environment())
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline())
        site = told["url"]
        url, secret = install_integration(Settings(data=data), "entra")
        headers = {"Authorization": f"Bearer {secret.text}"}
        with httpx2.Client(base_url=url, headers=headers, trust_env=False, timeout=30) as http:
            yield ServedTenant(site, url, secret.text, data, process, http, told.get("first_administrator"))
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def environment() -> dict[str, str]:
    """What a command sees of the environment: nothing of a tenant that is set up here by hand."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROXYCLICK_")}
    return kept | {"PYTHONPATH": str(SRC)}

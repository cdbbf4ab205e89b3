"""How does a test get a judge of its own: scim2-server, somebody else's SCIM service, as a process on loopback?"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

SECRET_TOKEN = "a-secret-of-this-test"


@dataclass(slots=True)
class Scim2Server:
    """A SCIM service that is served from memory."""

    tenant_url: str
    process: subprocess.Popen[bytes]
    http: httpx2.Client = field(repr=False)
    secret_token: str = field(default=SECRET_TOKEN, repr=False)

    def all(self, endpoint: str) -> list[dict[str, Any]]:
        """Every resource of a type, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.http.get(endpoint, params={"startIndex": len(found) + 1, "count": 100}).json()
            found += page.get("Resources", [])
            if len(found) >= page["totalResults"]:
                return found

    def members(self) -> dict[str, set[str]]:
        """The userNames of the members of every group, by its displayName."""
        names = {user["id"]: user["userName"] for user in self.all("/Users")}
        return {
            group["displayName"]: {names[member["value"]] for member in group.get("members", [])}
            for group in self.all("/Groups")
        }


@contextmanager
def scim2_server() -> Iterator[Scim2Server]:
    """A service without users or groups; ended at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from scim2_server.testserver.cli import main; main()"]
    command += ["--port", str(port), "--bearer-token", SECRET_TOKEN]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(port, process)
        headers = {"Authorization": f"Bearer {SECRET_TOKEN}"}
        with httpx2.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as http:
            yield Scim2Server(url, process, http)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("scim2-server did not start")

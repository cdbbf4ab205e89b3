"""Where does a client of Microsoft Graph find the API: served by HTTPS, with a client secret and a tenant behind it?"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from fakes.administrator import environment
from fakes.served_tenant import ServedTenant, served_tenant
from instep.access.graph_permissions import KNOWN
from instep.admin.access.clients import register_client
from instep.wiring import open_instep

TENANT = "11111111-2222-3333-4444-555555555555"  # of the address; an installation takes any


@dataclass(frozen=True, slots=True)
class ServedGraph:
    """`instep serve` in a process of its own; the certificate is the one that it made when it began."""

    site: str
    certificate: str
    client_id: str
    client_secret: str = field(repr=False)
    tenant: ServedTenant

    @property
    def base(self) -> str:
        """Where Graph's addresses begin."""
        return f"{self.site}/v1.0"


@contextmanager
def served_graph(folder: Path) -> Iterator[ServedGraph]:
    """The API over an empty installation, with a program registered that may do everything; ended at the end."""
    data = folder / "instep"
    with open_instep(data) as instep:
        registered = register_client(instep.access, "scripts", KNOWN, KNOWN, timedelta(days=1), "the tests")
    command = [sys.executable, "-m", "instep.cli.main", "serve", "--json", "--https-port", "0", "--data", str(data)]
    with (
        served_tenant(folder / "tenant") as tenant,
        open(folder / "log", "w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment()) as process,
    ):
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            client = registered.client.id, registered.secret
            yield ServedGraph(told["urls"][0], told["certificate"], *client, tenant)
        finally:
            process.terminate()
            process.wait(timeout=30)

"""What is a console in a test: the pages over an administrator's installation, and what is said of the worker?"""

from dataclasses import dataclass, field

import httpx2
from starlette.testclient import TestClient

from fakes.administrator import Administrator
from fakes.administrators import administrator_with
from fakes.console_browser import ConsoleBrowser, browser_of, let_in
from instep.access.roles import Role
from instep.console.app import create_app
from instep.runtime.pulse import Pulse
from instep.runtime.supervision import WorkerHealth, WorkerState

URL = "http://127.0.0.1:8480"


@dataclass
class Site:
    """The console over the administrator's installation; `health` is what is said of the worker."""

    admin: Administrator
    health: WorkerHealth = field(default_factory=lambda: WorkerHealth(WorkerState.WORKING, 4711, 0.25, 0, Pulse()))

    def __post_init__(self) -> None:
        self.app = create_app(self.admin.instep, lambda: self.health)
        self.client = self.new_client()

    def new_client(self) -> TestClient:
        """A browser that knows nothing yet."""
        return TestClient(self.app, base_url=URL)

    def get(self, path: str = "/", **headers: str) -> httpx2.Response:
        """A page, for a Global Administrator, who signs in again when it is time."""
        access = self.admin.instep.access
        let_in(access, self.client, administrator_with(access, Role.GLOBAL_ADMINISTRATOR))
        return self.client.get(path, headers=headers)

    def signed_in(self, role: Role = Role.GLOBAL_ADMINISTRATOR) -> ConsoleBrowser:
        """A browser in which an administrator of a role has just signed in."""
        browser, _ = browser_of(self.admin.instep.access, self.new_client(), role)
        return browser

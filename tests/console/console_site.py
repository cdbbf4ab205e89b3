"""What is a console in a test: the pages over an administrator's installation, and what is said of the worker?"""

from dataclasses import dataclass, field

import httpx2
from starlette.testclient import TestClient

from fakes.administrator import Administrator
from instep.console.app import create_app
from instep.runtime.pulse import Pulse
from instep.runtime.supervision import WorkerHealth, WorkerState


@dataclass
class Site:
    """The console over the administrator's installation; `health` is what is said of the worker."""

    admin: Administrator
    health: WorkerHealth = field(default_factory=lambda: WorkerHealth(WorkerState.WORKING, 4711, 0.25, 0, Pulse()))

    def __post_init__(self) -> None:
        self.client = TestClient(create_app(self.admin.instep, lambda: self.health), base_url="http://127.0.0.1:8480")

    def get(self, path: str = "/", **headers: str) -> httpx2.Response:
        return self.client.get(path, headers=headers)

"""How do tests call what an installation serves? A client over its routes, as somebody of a role, with an API token."""

from collections.abc import Sequence
from datetime import timedelta

import httpx2
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from fakes.administrators import administrator_with
from instep.access.roles import Role
from instep.admin.access.tokens import issue_token
from instep.wiring import Instep

Client = httpx2.AsyncClient


def client_of(instep: Instep, routes: Sequence[BaseRoute], base: str, name: str, role: Role | None) -> Client:
    """A client with an API token of that name, of an administrator of a role; None: without one."""
    headers = {}
    if role is not None:
        administrator = administrator_with(instep.access, role)
        permissions = administrator.permissions
        issued = issue_token(instep.access, administrator, name, permissions, timedelta(days=1), "the tests")
        headers = {"Authorization": f"Bearer {issued.secret}"}
    return Client(transport=httpx2.ASGITransport(Starlette(routes=routes)), base_url=f"{base}/", headers=headers)

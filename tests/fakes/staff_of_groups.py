"""A tenant in which somebody of each user group is signed in to the console."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fakes.console_visitor import Visitor, administrator_of, sign_in_link
from fakes.served_tenant import ServedTenant, served_tenant
from proxyclick.people.user_groups import UserGroup


@dataclass
class Staff:
    """Who is signed in, by user group; `root` is another administrator, and `ids` are those of their users."""

    tenant: ServedTenant
    root: Visitor
    visitors: dict[UserGroup, Visitor]
    ids: dict[UserGroup, str]


@contextmanager
def staffed_tenant(data: Path) -> Iterator[Staff]:
    """A new tenant with its staff."""
    with served_tenant(data) as tenant, ExitStack() as stack:
        root = stack.enter_context(administrator_of(tenant.site, tenant.data))
        visitors, ids = {}, {}
        for group in UserGroup:
            visitor = visitors[group] = Visitor(tenant.site)
            stack.callback(visitor.http.close)
            ids[group] = _signed_in(tenant, root, visitor, group)
        yield Staff(tenant, root, visitors, ids)


def _signed_in(tenant: ServedTenant, root: Visitor, visitor: Visitor, group: UserGroup) -> str:
    """Signs a new user in who is in one group beside Default; their id."""
    email = f"{group.lower()}@staff.example"
    link = sign_in_link(tenant.data, email).removeprefix(tenant.site)
    visitor.get(link)
    assert visitor.post(link, first_name=group.value, last_name="Staff").status_code == 200
    found = re.search(r'href="/users/(US-\w+)"', root.get("/users", q=email).text)
    assert found is not None
    assert root.post(f"/users/{found[1]}/groups", groups=group.value).status_code == 200
    return found[1]

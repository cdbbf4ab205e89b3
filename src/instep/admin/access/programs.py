"""Which program is it that shows a token, and what may it do, in Graph's words?"""

from dataclasses import dataclass

from instep.access.graph_permissions import in_graphs_words
from instep.admin.access.clients import client_of
from instep.admin.access.ports import Access
from instep.admin.access.tokens import bearer_of


@dataclass(frozen=True, slots=True)
class Program:
    """A registered client, or whoever uses an API token; `name` is how the change log calls it."""

    name: str
    permissions: frozenset[str]


def program_of(access: Access, token: str) -> Program | None:
    """Return whose a token is, be it a client's access token or an administrator's API token; None for no good one."""
    client = client_of(access, token)
    if client is not None:
        return Program(client.name, client.permissions)
    bearer = bearer_of(access, token)
    if bearer is None:
        return None
    name = f"{bearer.administrator.user_name} (API token {bearer.token_name})"
    return Program(name, in_graphs_words(bearer.permissions))

"""How long do the filters take by which an identity provider looks for users and groups, in a large directory?

`python -m bench inbound [--users N]`: in one process, without HTTP over a socket; the median of some calls each.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from starlette.applications import Starlette
from starlette.testclient import TestClient

from instep.access.graph_permissions import KNOWN
from instep.admin.access.clients import TokenRequest, issue_access_token, register_client
from instep.admin.group_values import make_group
from instep.directory.attributes import AttributeValue
from instep.directory.users import EditedUser, create_user
from instep.inbound.routes import inbound_routes
from instep.wiring import Instep, open_instep

CALLS, CHUNK, GROUPS = 5, 5_000, 2_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: Sequence[str]) -> int:
    """Print a table; return the exit code."""
    parser = argparse.ArgumentParser(prog="bench inbound")
    parser.add_argument("--users", type=int, default=100_000)
    users = parser.parse_args(arguments).users
    with tempfile.TemporaryDirectory() as folder, open_instep(Path(folder) / "data") as instep:
        one = _populate(instep, users)
        routes = inbound_routes(instep)
        headers = {"Authorization": f"Bearer {_token(instep)}"}
        print(f"{users:,} users, {GROUPS:,} groups\n\n| filter | found | ms |\n|---|--:|--:|")
        with TestClient(Starlette(routes=routes), headers=headers) as client:
            for kind, condition in _filters(one):
                found, milliseconds = _asked(client, kind, condition)
                print(f"| {kind}: `{condition}` | {found} | {milliseconds:,.1f} |")
    return 0


def _filters(number: int) -> Iterator[tuple[str, str]]:
    name = f"person{number}@corp.example"
    yield "Users", f'userName eq "{name.upper()}"'
    yield "Users", f'externalId eq "ext-{number}"'
    yield "Users", f'emails.value eq "{name}"'
    yield "Users", f'emails[type eq "work"].value eq "{name}"'
    yield "Users", f'emails.value eq "other{number}@corp.example"'
    yield "Users", 'emails.value eq "nobody@corp.example"'
    yield "Users", f'userName eq "{name}" or emails.value eq "{name}"'
    yield "Users", f'displayName eq "Person {number}"'
    yield "Users", f'id eq "{uuid4()}"'
    yield "Groups", 'displayName eq "GROUP 7"'
    yield "Groups", 'externalId eq "group-7"'
    yield "Users", 'title eq "Nobody"'


def _asked(client: TestClient, kind: str, condition: str) -> tuple[int, float]:
    taken = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        answer = client.get(f"/scim/v2/{kind}", params={"filter": condition, "count": "2"})
        taken.append((time.perf_counter() - begun) * 1000)
        answer.raise_for_status()
    return answer.json()["totalResults"], statistics.median(taken)


def _populate(instep: Instep, users: int) -> int:
    """Make users, of whom every fifth has another mail address, and groups; return the number of one of them."""
    for begin in range(0, users, CHUNK):
        with instep.directory.writing("bench") as writing:
            for number in range(begin, min(begin + CHUNK, users)):
                writing.save_user(_user(number))
    for number in range(GROUPS):
        values: dict[str, object] = {"displayName": f"Group {number}", "externalId": f"group-{number}"}
        make_group(instep.directory, values, [], instep.new_id, "bench", _NOW)
    return users // 2 // 5 * 5


def _user(number: int) -> EditedUser:
    name = f"person{number}@corp.example"
    values: dict[str, AttributeValue] = {
        "userPrincipalName": name,
        "displayName": f"Person {number}",
        "mail": name,
        "externalId": f"ext-{number}",
        "jobTitle": "Engineer",
        "department": f"Department {number % 50}",
    }
    if number % 5 == 0:
        values["otherMails"] = (f"other{number}@corp.example",)
    return create_user(str(uuid4()), values, _NOW)


def _token(instep: Instep) -> str:
    registered = register_client(instep.access, "bench", KNOWN, KNOWN, timedelta(days=1), "bench")
    token = issue_access_token(instep.access, TokenRequest(registered.client.id, registered.secret))
    assert token is not None
    return token.secret

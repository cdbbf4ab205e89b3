"""Does a program that follows the directory by delta queries, stopping and resuming at random, end with its like?"""

import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from fakes.administrators import administrator_with
from instep.access.roles import Role
from instep.admin.access.tokens import issue_token
from instep.api import delta
from instep.api.app import api_routes
from instep.directory.groups import create_group, delete_group, edit_group
from instep.directory.users import create_user, edit_user, purge_change, restore_user, soft_delete_user
from instep.wiring import Instep, open_instep

Client = httpx2.AsyncClient
EDITS = int(os.environ.get("INSTEP_DELTA_EDITS", "600"))
SEED = int(os.environ.get("INSTEP_DELTA_SEED", random.randrange(10**9)))


@pytest.fixture
def now() -> list[datetime]:
    return [datetime(2026, 3, 2, 8, tzinfo=UTC)]


@pytest.fixture
def instep(tmp_path: Path, now: list[datetime]) -> Any:
    with open_instep(tmp_path / "timed", lambda: now[0]) as found:
        yield found


@pytest.fixture
def graph(instep: Instep) -> Client:
    administrator = administrator_with(instep.access, Role.GLOBAL_ADMINISTRATOR)
    issued = issue_token(
        instep.access, administrator, "test", administrator.permissions, timedelta(days=300), "the tests"
    )
    transport = httpx2.ASGITransport(Starlette(routes=api_routes(instep)))
    headers = {"Authorization": f"Bearer {issued.secret}"}
    return Client(transport=transport, base_url="https://graph.corp.example/v1.0/", headers=headers)


class Edits:
    """Random edits of a directory."""

    def __init__(self, instep: Instep, chance: random.Random) -> None:
        self.instep, self.chance, self.made = instep, chance, 0

    def one(self) -> None:
        """Do something that can be done."""
        chance, now = self.chance, self.instep.clock()
        with self.instep.directory.writing("tester") as writing:
            live, deleted = list(writing.live_users()), list(writing.deleted_users())
            groups = [each for each in writing.groups() if not each.is_built_in]
            what = chance.randrange(12)
            self.made += 1
            if what <= 2 or not live:
                name = f"user{self.made}"
                values = {"userPrincipalName": f"{name}@corp.example", "displayName": name}
                writing.save_user(create_user(f"u{chance.randrange(10**6):06}{self.made}", values, now))
            elif what <= 4:
                edit: dict[str, Any] = {"department": chance.choice(["IT", "Sales", None]), "jobTitle": f"{self.made}"}
                other = chance.choice(live)
                edit["manager"] = chance.choice([None, other.id])
                writing.save_user(edit_user(chance.choice(live), edit, now))
            elif what == 5:
                writing.save_user(soft_delete_user(chance.choice(live), now))
            elif what == 6 and deleted:
                writing.save_user(restore_user(chance.choice(deleted), now))
            elif what == 7 and deleted:
                user = chance.choice(deleted)
                for report in writing.reports_of(user.id):
                    writing.save_user(edit_user(report, {"manager": None}, now))
                for group_id in writing.memberships_of(user.id):
                    writing.remove_member(group_id, user.id, now)
                writing.purge_user(user, [purge_change(user, now)])
            elif what == 8 or not groups:
                writing.save_group(create_group(f"g{chance.randrange(10**6):06}{self.made}", f"G{self.made}", now))
            elif what == 9 and self.made % 7 == 0:
                writing.save_group(delete_group(chance.choice(groups), now))
            elif what == 9:
                writing.save_group(edit_group(chance.choice(groups), {"description": f"{self.made}"}, now))
            elif what == 10:
                group, nested = chance.choice(groups), chance.choice(groups)
                if nested in writing.groups_in(group.id):
                    writing.unnest_group(group.id, nested.id, now)
                elif nested.id != group.id:
                    writing.nest_group(group.id, nested.id, now)
            else:
                group, user = chance.choice(groups), chance.choice(live)
                if writing.is_member(group.id, user.id):
                    writing.remove_member(group.id, user.id, now)
                else:
                    writing.add_member(group.id, user.id, now)


class Follower:
    """A program that keeps what it was told, and only the links that it was given."""

    def __init__(self, graph: Client, chance: random.Random) -> None:
        self.graph, self.chance = graph, chance
        self.users: dict[str, dict[str, Any]] = {}
        self.members: dict[str, set[str]] = {}
        self.links = {
            "users": "users/delta?$select=userPrincipalName,department,jobTitle,manager",
            "groups": "groups/microsoft.graph.delta()",
        }

    async def follow(self, kind: str, pages: int) -> bool:
        """Read so many pages; return whether a round has come to its end."""
        for _ in range(pages):
            answer = await self.graph.get(self.links[kind])
            assert answer.status_code == 200, answer.text
            page = answer.json()
            if self.chance.random() < 0.2:
                continue  # lost on the way: asked for again
            for each in page["value"]:
                self._user(each) if kind == "users" else self._group(each)
            assert ("@odata.nextLink" in page) != ("@odata.deltaLink" in page)
            self.links[kind] = page.get("@odata.nextLink") or page["@odata.deltaLink"]
            if "@odata.deltaLink" in page:
                return True
        return False

    async def catch_up(self) -> None:
        """Read on to the end of a round that begins now."""
        for kind in self.links:
            for _ in range(2):  # the round that is under way, and one after it
                while not await self.follow(kind, 1):
                    pass

    def _user(self, told: dict[str, Any]) -> None:
        if "@removed" in told:
            self.users.pop(told["id"], None)
        else:
            self.users[told["id"]] = told

    def _group(self, told: dict[str, Any]) -> None:
        if "@removed" in told:
            self.members.pop(told["id"], None)
            return
        members = self.members.setdefault(told["id"], set())
        for each in told.get("members@delta", ()):
            (members.discard if "@removed" in each else members.add)(each["id"])


async def test_whoever_follows_ends_with_the_like_of_the_directory(
    graph: Client, instep: Instep, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"INSTEP_DELTA_SEED={SEED}")  # noqa: T201
    monkeypatch.setattr(delta, "USERS_A_PAGE", 5)
    monkeypatch.setattr(delta, "GROUPS_A_PAGE", 3)
    monkeypatch.setattr(delta, "MEMBERS_A_PAGE", 4)
    chance = random.Random(SEED)
    edits, follower = Edits(instep, chance), Follower(graph, chance)
    while edits.made < EDITS:
        for _ in range(chance.randrange(30)):
            edits.one()
        await follower.follow(chance.choice(["users", "groups"]), chance.randrange(6))
    await follower.catch_up()
    with instep.directory.reading() as reading:
        users = {
            user.id: (user.user_principal_name, user.attributes.get("department"), user.manager_id)
            for user in reading.live_users()
        }
        members = {
            group.id: {user.id for user in reading.members_of(group.id)}
            | {nested.id for nested in reading.groups_in(group.id)}
            for group in reading.groups()
        }
    told = {
        each["id"]: (
            each["userPrincipalName"],
            each["department"],
            each["manager@delta"][0]["id"] if each["manager@delta"] else None,
        )
        for each in follower.users.values()
    }
    assert told == users
    assert follower.members == members


async def test_a_round_without_changes_is_empty_and_one_may_begin_now(graph: Client, instep: Instep) -> None:
    edits = Edits(instep, random.Random(1))
    for _ in range(20):
        edits.one()
    page = (await graph.get("users/delta()?$deltatoken=latest")).json()
    assert page["value"] == []
    page = (await graph.get(page["@odata.deltaLink"])).json()
    assert page["value"] == []
    with instep.directory.writing("tester") as writing:
        values = {"userPrincipalName": "new@corp.example", "displayName": "New"}
        writing.save_user(create_user("new", values, instep.clock()))
    page = (await graph.get(page["@odata.deltaLink"])).json()
    assert [each["id"] for each in page["value"]] == ["new"]
    only = (await graph.get("users/delta?$filter=id eq 'NEW' or id eq 'x'&$select=displayName")).json()
    assert only["value"] == [{"id": "new", "displayName": "New"}]


async def test_a_token_expires_after_a_week_and_a_directory_that_was_reset_says_so(
    graph: Client, now: list[datetime]
) -> None:
    link = (await graph.get("groups/delta")).json()["@odata.deltaLink"]
    now[0] += timedelta(days=7)
    assert (await graph.get(link)).status_code == 200
    now[0] += timedelta(seconds=1)
    expired = await graph.get(link)
    assert (expired.status_code, expired.json()["error"]["code"]) == (400, "syncStateNotFound")
    beyond = delta.Round("groups", 5, 10**6, now[0]).token()
    reset = await graph.get(f"groups/delta?$deltatoken={beyond}")
    assert (reset.status_code, reset.headers["location"].endswith("/groups/delta?$deltatoken=")) == (410, True)
    assert (await graph.get(reset.headers["location"])).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["$deltatoken=x", "$skiptoken=W10", "$expand=members", "$orderby=id", "$filter=displayName eq 'x'", "$search=x"],
)
async def test_what_delta_queries_do_not_have_is_refused(graph: Client, query: str) -> None:
    assert (await graph.get(f"users/delta?{query}")).status_code == 400


async def test_a_token_of_users_is_none_of_groups(graph: Client) -> None:
    link = (await graph.get("users/delta")).json()["@odata.deltaLink"]
    assert (await graph.get(link.replace("/users/", "/groups/"))).status_code == 400

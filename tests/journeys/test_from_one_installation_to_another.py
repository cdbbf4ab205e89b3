"""Does one Instep keep the directory of another in step, as any identity provider does, over HTTP?"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fakes.administrator import Administrator, administrator, requests
from fakes.administrators import administrator_with
from fakes.served_instep import served_instep
from instep.access.roles import Role
from instep.admin.access.tokens import issue_token
from instep.admin.groups import find_group
from instep.admin.users import show_user
from instep.directory.users import User
from instep.wiring import Instep, open_instep


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[Instep, str, str]]:
    """The other installation as it is on disk, its Tenant URL, and a token for it."""
    data = tmp_path / "receiver"
    with open_instep(data) as instep:
        owner = administrator_with(instep.access, Role.USER_ADMINISTRATOR)
        issued = issue_token(instep.access, owner, "Head office", owner.permissions, timedelta(days=1), "the tests")
        with served_instep(data) as served:
            yield instep, f"{served.url}/scim/v2", issued.secret


@pytest.fixture
def admin(tmp_path: Path, receiver: tuple[Instep, str, str]) -> Iterator[Administrator]:
    with administrator(tmp_path, "custom-scim") as found:
        found.connects(receiver[1], receiver[2])
        yield found


def test_users_groups_managers_and_leavers_follow(admin: Administrator, receiver: tuple[Instep, str, str]):
    directory = receiver[0].directory

    def user(name: str) -> User:
        return show_user(directory, f"{name}@corp.example").user

    def members(name: str) -> set[str]:
        with directory.reading() as reading:
            found = reading.members_of(find_group(reading, name).id)
            return {each.user_principal_name.partition("@")[0] for each in found}

    admin.hires("ada", "bob", "eve", department="Research", mail="x@corp.example", mobile="+32 470 1")
    admin.changes("bob", manager="ada")
    admin.makes_group("Sales", "ada", "bob")
    admin.assigns_everyone()
    admin.assigns_group("Sales")
    admin.provisions()
    assert user("bob").manager_id == user("ada").id
    attributes = user("ada").attributes
    assert (attributes["department"], attributes["mail"], attributes["mobile"], attributes["surname"]) == (
        "Research",
        "x@corp.example",
        "+32 470 1",
        "Example",
    )
    assert members("Sales") == {"ada", "bob"}
    assert requests(admin.provisions()) == {}
    admin.changes("ada", department="Sales", jobTitle="Director")
    admin.disables("eve")
    admin.removes_member("Sales", "bob")
    admin.adds_member("Sales", "eve")
    summary = admin.provisions()
    assert summary.counts.failed == 0
    assert (user("ada").attributes["department"], user("ada").attributes["jobTitle"]) == ("Sales", "Director")
    assert not user("eve").is_enabled
    assert members("Sales") == {"ada"}
    actors = {change.actor for change in receiver[0].history.of_user(user("eve").id)}
    assert actors == {"user-administrator@corp.example (API token Head office)"}
    admin.enables("eve")
    admin.provisions()
    assert user("eve").is_enabled
    assert members("Sales") == {"ada", "eve"}

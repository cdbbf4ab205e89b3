"""Is everybody who is assigned found, page by page, by name, and with their roles?"""

from fakes.installation import Installation
from instep.admin.assigned import Assigned, AssignedCounts, AssignedQuery, Candidate
from instep.directory.applications import PrincipalType
from instep.directory.groups import ALL_USERS_GROUP_ID


def names(found: list[Assigned]) -> list[str]:
    return [each.name for each in found]


def ask(installed: Installation, text: str = "", older: str = "", newer: str = "", limit: int = 3) -> list[Assigned]:
    query = AssignedQuery(installed.app.id, text, older, newer, limit)
    return list(installed.applications.assigned(query))


def assign_several(installed: Installation) -> None:
    installed.hire_all(["ada", "adam", "bo"])
    installed.add_group("Adaptors", "bo")
    for user_id in ("ada", "adam", "bo"):
        installed.wait(seconds=1)
        installed.assign(user_id)
    installed.wait(seconds=1)
    installed.assign_group("Adaptors", "Default Access")
    installed.wait(seconds=1)
    installed.assign_all()


def test_the_newest_come_first_page_by_page_and_back(installed: Installation) -> None:
    assign_several(installed)
    first = ask(installed)
    assert names(first) == ["All users", "Adaptors", "bo@corp.example"]
    assert [each.role for each in first] == ["User", "Default Access", "User"]
    second = ask(installed, older=first[-1].key)
    assert names(second) == ["adam@corp.example", "ada@corp.example"]
    assert ask(installed, newer=second[0].key) == first
    assert installed.applications.count_assigned(installed.app.id) == AssignedCounts(users=3, groups=2)


def test_a_text_finds_groups_by_any_part_and_users_by_the_beginning_of_a_name(installed: Installation) -> None:
    assign_several(installed)
    assert names(ask(installed, "ADA")) == ["Adaptors", "ada@corp.example", "adam@corp.example"]
    assert names(ask(installed, "corp")) == []
    assert names(ask(installed, "users")) == ["All users"]


def test_whoever_holds_several_roles_is_shown_with_each(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada", "User")
    installed.wait(seconds=1)
    installed.assign("ada", "Default Access")
    assert [each.role for each in installed.applications.held_by(installed.app.id, "ada")] == ["User", "Default Access"]


def test_a_candidate_is_a_live_user_or_a_group_that_is_not_deleted(installed: Installation) -> None:
    installed.hire_all(["ada", "bo"])
    group = installed.add_group("Adamants")
    installed.delete("ada")
    installed.delete_group("Adamants")
    found = installed.applications.candidate
    assert found(PrincipalType.USER, "ada") is None
    assert found(PrincipalType.GROUP, group) is None
    assert found(PrincipalType.USER, "bo") == Candidate(PrincipalType.USER, "bo", "bo@corp.example", "bo")
    assert found(PrincipalType.GROUP, ALL_USERS_GROUP_ID) == Candidate(
        PrincipalType.GROUP, ALL_USERS_GROUP_ID, "All users", ""
    )

"""Does a list, page by page, have every user that a plain look at everyone would find, in order and once?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.installation import open_database
from instep.directory.groups import ALL_USERS, create_group
from instep.directory.listing import FoundUser, Lists, UserQuery, search_key
from instep.directory.users import User, create_user, name_key, soft_delete_user
from instep.store.directory import DirectoryStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GIVEN = ("Ada", "Bo", "Åsa", "ADA", "Zoë", "李", "%", "_a")
SURNAMES = ("Lovelace", "Ada", "von Neumann", "", "O'Brien")


def people() -> Iterator[User]:
    """Sixty people with few names, a third of them disabled, every ninth deleted."""
    for number in range(60):
        given, surname = GIVEN[number % len(GIVEN)], SURNAMES[number % len(SURNAMES)]
        attributes = {
            "userPrincipalName": f"{given}{number}@corp.example",
            "displayName": f"{given} {surname}".strip(),
            "surname": surname or None,
            "department": ("Sales", "IT")[number % 2],
            "accountEnabled": number % 3 > 0,
        }
        user = create_user(f"u{number:02}", attributes, NOW).user
        deleted_at = NOW + timedelta(hours=number // 20)
        yield soft_delete_user(user, deleted_at).user if number % 9 == 4 else user


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, database_kind: str) -> Iterator[DirectoryStore]:
    with open_database(tmp_path_factory.mktemp("listed")) as database:
        store = DirectoryStore(database)
        group = create_group("g", "Sales", NOW)
        with store.writing("admin") as writing:
            for user in people():
                writing.save_user(create_user(user.id, dict(user.attributes), NOW))
                if user.deleted_at is not None:
                    writing.save_user(
                        soft_delete_user(create_user(user.id, user.attributes, NOW).user, user.deleted_at)
                    )
            writing.save_group(group)
            for user in list(people())[::2]:
                writing.add_member("g", user.id, NOW)
            for number in range(7):
                writing.save_group(create_group(f"g{number}", f"Team {number}", NOW))
        yield store


def is_found(user: User, query: UserQuery) -> bool:
    names = [str(user.attributes.get(name, "")) for name in ("displayName", "surname")]
    begins = any(search_key(name).startswith(search_key(query.text)) for name in names)
    begins = begins or name_key(user.user_principal_name).startswith(name_key(query.text))
    return (
        user.deleted_at is None
        and (begins or user.id == query.text)
        and query.is_enabled in (None, user.is_enabled)
        and query.department.casefold() in ("", str(user.attributes["department"]).casefold())
    )


queries = st.builds(
    UserQuery,
    st.sampled_from(("", "a", "ADA", "ada l", "love", "å", "%", "_", "von", "u07", "nobody", "ada1", "o'", "李")),
    st.sampled_from((None, True, False)),
    st.sampled_from(("", "sales", "IT", "Nowhere")),
)


def forwards(lists: Lists, query: UserQuery, limit: int) -> list[FoundUser]:
    found = page = lists.users_after(query, None, limit)
    while page:
        page = lists.users_after(query, page[-1].place, limit)
        found = found + page
    return found


@given(queries, st.integers(1, 7))
def test_all_pages_together_have_everyone_who_is_looked_for_once(
    directory: DirectoryStore, query: UserQuery, limit: int
) -> None:
    wanted = {user.id for user in people() if is_found(user, query)}
    with directory.reading() as reading:
        found = forwards(reading.lists, query, limit)
        assert sorted(each.user.id for each in found) == sorted(wanted)
        assert found == sorted(found, key=lambda each: (each.place.section, each.place.key, each.place.id))
        assert reading.lists.count_users(query, 1_000) == len(wanted)
        assert reading.lists.count_users(query, 2) == min(2, len(wanted))


@given(queries, st.integers(1, 7))
def test_the_page_before_a_row_is_what_came_before_it(directory: DirectoryStore, query: UserQuery, limit: int) -> None:
    with directory.reading() as reading:
        found = forwards(reading.lists, query, 50)
        for index, each in enumerate(found):
            before = reading.lists.users_before(query, each.place, limit)
            assert before == found[max(0, index - limit) : index]


def test_those_deleted_last_stand_first_in_the_recycle_bin(directory: DirectoryStore) -> None:
    with directory.reading() as reading:
        lists = reading.lists
        everyone = lists.deleted_users("", None, 100)
        first = lists.deleted_users("", None, 3)
        second = lists.deleted_users("", first[-1].place, 3)
        assert [*first, *second] == everyone[:6]
        assert lists.deleted_users_before("", second[0].place, 2) == first[1:]
        assert lists.count_deleted_users() == len(everyone) == sum(user.deleted_at is not None for user in people())
        moments = [each.user.deleted_at for each in everyone]
        assert moments == sorted(moments, key=lambda at: at or NOW, reverse=True)
        assert {each.user.id for each in lists.deleted_users("ada4", None, 9)} <= {each.user.id for each in everyone}


@pytest.mark.parametrize("small", [0, 2_000])
def test_members_are_listed_by_name_however_many_they_are(
    directory: DirectoryStore, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr("instep.store.directory.listing.SMALL_GROUP", small)
    with directory.reading() as reading:
        group = reading.group("g")
        assert group is not None
        everyone = reading.lists.members(group, None, 100)
        assert {each.user.id for each in everyone} == {user.id for user in reading.members_of("g")}
        assert [each.place.key for each in everyone] == sorted(each.place.key for each in everyone)
        assert reading.lists.members(group, everyone[4].place, 3) == everyone[5:8]
        assert reading.lists.members_before(group, everyone[4].place, 3) == everyone[1:4]
        assert len(reading.lists.members(ALL_USERS, None, 100)) == reading.count_live_users()


def test_groups_are_found_by_a_part_of_their_names(directory: DirectoryStore) -> None:
    with directory.reading() as reading:
        lists = reading.lists
        assert [group.id for group in lists.groups_after("EAM", None, 3)] == ["g0", "g1", "g2"]
        assert lists.count_groups("eam") == 7
        assert lists.count_groups("") == 8
        assert lists.count_groups("%") == 0

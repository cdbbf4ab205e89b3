"""Does a condition in SQL hold of the very users of whom it holds in memory, page by page, each once?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fakes.installation import open_database
from instep.clock import to_text
from instep.directory.groups import create_group, edit_group
from instep.directory.listing import search_key
from instep.directory.searching import Place, Wish
from instep.directory.users import User, create_user, soft_delete_user
from instep.odata.conditions import Condition, Order, Path
from instep.odata.errors import QueryRefused
from instep.odata.evaluate import holds
from instep.odata.filters import parse_filter
from instep.odata.options import parse_search
from instep.store.directory import DirectoryStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("Ada Lovelace", "ÅSA Ek", "åsa ek", "李 雷", "50% off_", "O'Brien", "ß Straße", "Zoë\tX")
DEPARTMENTS = ("Sales", "sales", "IT", None)
MAILS = (("SMTP:a@x.example", "smtp:b@x.example"), ("smtp:b@x.example",), None)
PROPERTIES = ("displayName", "department", "userPrincipalName", "surname", "createdDateTime", "id", "jobTitle")


def people() -> Iterator[User]:
    for number in range(48):
        attributes: dict[str, Any] = {
            "userPrincipalName": f"{NAMES[number % 8].split()[0]}{number}@corp.example",
            "displayName": NAMES[number % len(NAMES)],
            "surname": NAMES[number % len(NAMES)].split()[-1],
            "department": DEPARTMENTS[number % 4],
            "proxyAddresses": MAILS[number % 3],
            "accountEnabled": number % 5 > 0,
        }
        user = create_user(f"u{number:02}", attributes, NOW + timedelta(hours=number)).user
        yield soft_delete_user(user, NOW).user if number % 11 == 4 else user


EVERYBODY = list(people())


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, database_kind: str) -> Iterator[DirectoryStore]:
    with open_database(tmp_path_factory.mktemp("asked")) as database:
        store = DirectoryStore(database)
        with store.writing("admin") as writing:
            for user in EVERYBODY:
                created = create_user(user.id, dict(user.attributes), user.created_at)
                writing.save_user(created)
                if user.deleted_at is not None:
                    writing.save_user(soft_delete_user(created.user, user.deleted_at))
            for number in range(6):
                group = create_group(f"g{number}", f"Team {number}", NOW)
                writing.save_group(group)
                if number % 2:
                    writing.save_group(edit_group(group.group, {"mailNickname": f"team{number}"}, NOW))
            for user in EVERYBODY[::2]:
                writing.add_member("g0", user.id, NOW)
            writing.nest_group("g0", "g1", NOW)
        yield store


def document(user: User) -> dict[str, Any]:
    """A user as the evaluation in memory takes them."""
    empty: dict[str, Any] = dict.fromkeys(("department", "proxyAddresses", "jobTitle", "surname"))
    return {**empty, **user.attributes, "id": user.id, "createdDateTime": to_text(user.created_at)}


def asked(directory: DirectoryStore, wish: Wish, limit: int = 7) -> list[User]:
    """Everyone who answers, page by page."""
    found: list[User] = []
    place: Place | None = None
    with directory.reading() as reading:
        while True:
            page = reading.search.users(wish, place, limit)
            assert len(page.users) <= limit
            found += page.users
            if page.rest is None:
                assert reading.search.count_users(wish) == len(found)
                return found
            place = page.rest


def expected(condition: Condition) -> list[str]:
    return [user.id for user in EVERYBODY if user.deleted_at is None and holds(condition, document(user))]


texts = st.sampled_from(
    ["Sales", "ada", "ÅSA EK", "o'brien", "50%", "_", "", "ek", "strasse", "李", "u07", "b@x", "smtp:"]
)
literals = texts.map(lambda text: "'" + text.replace("'", "''") + "'")
comparisons = st.builds(
    "{} {} {}".format,
    st.sampled_from(PROPERTIES).filter(lambda name: name != "createdDateTime"),
    st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]),
    literals,
)
others = st.one_of(
    st.builds("{} {} null".format, st.sampled_from(PROPERTIES), st.sampled_from(["eq", "ne"])),
    st.builds(
        "{}({},{})".format,
        st.sampled_from(["startswith", "endswith", "contains"]),
        st.sampled_from(["displayName", "department", "tolower(surname)", "jobTitle", "userPrincipalName"]),
        literals,
    ),
    st.builds("department in ({}, {})".format, literals, literals),
    st.sampled_from(["accountEnabled", "accountEnabled eq false", "length(displayName) gt 7", "jobTitle/$count eq 0"]),
    st.sampled_from(["createdDateTime gt 2026-01-02", "createdDateTime le 2026-01-01T05:00:00Z"]),
    st.builds("proxyAddresses/{}(p:startswith(p,{}))".format, st.sampled_from(["any", "all"]), literals),
    st.sampled_from(["proxyAddresses/any()", "proxyAddresses/$count eq 2", "not proxyAddresses/any()"]),
)
conditions = st.recursive(
    comparisons | others,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=conditions)
@example(text="startswith(displayName,'ÅSA EK')")
@example(text="startswith(displayName,'Å')")
@example(text="startswith(displayName,'asa')")
@example(text="startswith(surname,'STRASS')")
@example(text="startswith(userPrincipalName,'åsa')")
def test_sql_and_memory_agree(directory: DirectoryStore, text: str) -> None:
    condition = parse_filter(text)
    assert [user.id for user in asked(directory, Wish(condition))] == expected(condition)


@pytest.mark.parametrize("name", ["displayName", "department", "createdDateTime", "surname"])
@pytest.mark.parametrize("is_descending", [False, True])
def test_an_order_shows_everyone_once(directory: DirectoryStore, name: str, is_descending: bool) -> None:
    found = asked(directory, Wish(order=Order(Path((name,)), is_descending)), limit=5)
    live = {user.id for user in EVERYBODY if user.deleted_at is None}
    assert len(found) == len(live)
    assert {user.id for user in found} == live
    key = str.casefold if name == "createdDateTime" else search_key
    keys = [key(str(document(user)[name] or "")) for user in found]
    assert keys == sorted(keys, reverse=is_descending)


def test_a_search_finds_the_beginnings_of_words(directory: DirectoryStore) -> None:
    found = asked(directory, Wish(search=parse_search('"displayName:love" OR "displayName:åsa" AND "department:it"')))
    wanted = [
        user.id
        for user in EVERYBODY
        if user.deleted_at is None
        and (
            " love" in f" {user.attributes['displayName']}".casefold()
            or (
                str(user.attributes["displayName"]).casefold().startswith("åsa")
                and str(user.attributes.get("department", "")).casefold() == "it"
            )
        )
    ]
    assert [user.id for user in found] == wanted
    assert wanted


def test_deleted_users_members_and_groups_are_asked_the_same_way(directory: DirectoryStore) -> None:
    deleted = asked(directory, Wish(parse_filter("startswith(displayName, '5')"), are_deleted=True))
    assert {user.id for user in deleted} == {
        user.id for user in EVERYBODY if user.deleted_at is not None and str(user.attributes["displayName"])[0] == "5"
    }
    members = asked(directory, Wish(of_groups=("g0",)))
    assert {user.id for user in members} == {user.id for user in EVERYBODY[::2] if user.deleted_at is None}
    with directory.reading() as reading:
        named = reading.search.groups(Wish(parse_filter("mailNickname eq 'TEAM3' or displayName eq 'team 4'")), None, 9)
        assert [group.id for group in named.groups] == ["g3", "g4"]
        assert [group.id for group in reading.search.groups(Wish(of_groups=("g0",)), None, 9).groups] == ["g1"]
        assert reading.search.count_groups(Wish(parse_filter("mailNickname eq null"))) == 3


def test_groups_are_reached_through_groups_also_in_a_ring(directory: DirectoryStore) -> None:
    with directory.writing("admin") as writing:
        writing.nest_group("g1", "g2", NOW)
        writing.nest_group("g2", "g1", NOW)
        writing.add_member("g2", "u01", NOW)
        search = writing.search
        assert [group.id for group in search.groups_around("u01")] == ["g0", "g1", "g2"]
        assert [group.id for group in search.groups_within("g0")] == ["g1", "g2"]
        assert [group.id for group in search.groups_within("g1")] == ["g2"]


@pytest.mark.parametrize("text", ["displayName eq surname", "'a' eq 'b'", "startswith(displayName,'a') eq true"])
def test_what_cannot_be_asked_is_refused(directory: DirectoryStore, text: str) -> None:
    with pytest.raises(QueryRefused):
        asked(directory, Wish(parse_filter(text)))

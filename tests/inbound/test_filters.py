"""Does a filter of SCIM find in SQL the very users and groups of whom it holds in memory, on each kind of database?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.installation import open_database
from instep.clock import to_text
from instep.directory.groups import create_group, edit_group
from instep.directory.searching import Wish
from instep.directory.users import User, create_user
from instep.inbound.group_filters import ABOUT_GROUPS
from instep.inbound.schemas import UNDERSTOOD_USERS
from instep.inbound.user_filters import ABOUT_USERS
from instep.inbound.user_form import resource_of
from instep.scim.filters import compile_filter, parse_filter
from instep.store.directory import DirectoryStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
INSTEP = "urn:ietf:params:scim:schemas:extension:Instep:2.0:User"
TEXTS = ("Ada", "ada", "Åsa", "李", "50% off_", "O'Brien", "a@x.example", "B@x.example", "")


def people() -> Iterator[User]:
    """Sixty people, each with other attributes; some have a manager."""
    for number in range(60):

        def text(every: int, number: int = number) -> str | None:
            return TEXTS[(number // every) % (len(TEXTS) - 1)] if number % (every + 1) else None

        attributes: dict[str, Any] = {
            "userPrincipalName": f"{TEXTS[number % 6]}{number}",
            "displayName": TEXTS[number % 4],
            "accountEnabled": number % 5 > 0,
            "givenName": text(1),
            "surname": text(2),
            "mail": text(3),
            "otherMails": (TEXTS[6], TEXTS[7])[: number % 3] or None,
            "mobile": text(4),
            "city": text(5),
            "department": text(2),
            "externalId": f"{TEXTS[number % 2]}-{number % 7}" if number % 3 else None,
            "proxyAddresses": (TEXTS[6],) if number % 4 == 1 else None,
            "dirSyncEnabled": number % 2 == 0 if number % 3 == 0 else None,
            "manager": "u00" if number % 6 == 5 else None,
        }
        yield create_user(f"u{number:02}", attributes, NOW + timedelta(hours=number)).user


EVERYBODY = {user.id: user for user in people()}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, database_kind: str) -> Iterator[DirectoryStore]:
    with open_database(tmp_path_factory.mktemp("asked")) as database:
        store = DirectoryStore(database)
        with store.writing("okta") as writing:
            for user in EVERYBODY.values():
                writing.save_user(
                    create_user(user.id, {**user.attributes, "manager": user.manager_id}, user.created_at)
                )
            for number in range(4):
                created = create_group(f"g{number}", f"Team {number}", NOW)
                writing.save_group(created)
                if number:
                    writing.save_group(edit_group(created.group, {"externalId": f"G-{number}"}, NOW))
            writing.add_member("g1", "u07", NOW)
            writing.nest_group("g2", "g1", NOW)
        yield store


def resource(user: User) -> dict[str, Any]:
    """A user in SCIM, as an answer has it."""
    manager = EVERYBODY[user.manager_id] if user.manager_id else None
    return resource_of(user, manager) | {"meta": {"created": to_text(user.created_at)}}


RESOURCES = [resource(user) for user in EVERYBODY.values()]
PATHS = [
    "userName",
    "displayName",
    "name.givenName",
    "name.familyName",
    "title",
    "emails",
    "emails.value",
    "emails.type",
    "phoneNumbers",
    "phoneNumbers.value",
    "addresses.locality",
    "addresses.type",
    "active",
    "nickName",
    "ims.value",
    "manager",
    "meta.created",
    'emails[type eq "work"].value',
    'emails[type eq "other" and value co "b"].value',
    'emails[not (type eq "work")].value',
    "emails[primary eq true].value",
    'phoneNumbers[type eq "Mobile" or type eq "fax"].value',
    f"{ENTERPRISE}:department",
    f"{ENTERPRISE}:manager.value",
    f"{INSTEP}:proxyAddresses",
    f"{INSTEP}:dirSyncEnabled",
]
_paths = st.sampled_from(PATHS)
_texts = st.sampled_from([f'"{text}"' for text in (*TEXTS, "work", "mobile", "u00", "x")])
_comparisons = st.builds(" ".join, st.tuples(_paths, st.sampled_from(["eq", "ne", "co", "sw", "ew"]), _texts))
_ids = st.sampled_from(['"Ada-4"', '"ada-1"', '"u07"'])
_exact = st.builds("{} {} {}".format, st.sampled_from(["externalId", "id"]), st.sampled_from(["eq", "ne"]), _ids)
_present = st.builds("{} pr".format, st.sampled_from([*PATHS, "name", 'emails[type eq "work"]', "externalId"]))
_booleans = st.sampled_from(["active", f"{INSTEP}:dirSyncEnabled"])
_truths = st.builds("{} {} {}".format, _booleans, st.sampled_from(["eq", "ne"]), st.sampled_from(["true", '"False"']))
_moments = st.sampled_from([f'meta.created {op} "2026-01-02T12:00:00+01:00"' for op in ("gt", "ge", "lt", "le", "eq")])
_terms = st.one_of(_comparisons, _exact, _present, _truths, _moments)
FILTERS = st.recursive(
    _terms,
    lambda inner: st.one_of(
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=3,
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=FILTERS)
def test_sql_finds_whom_memory_finds(directory: DirectoryStore, text: str):
    holds = compile_filter(parse_filter(text), UNDERSTOOD_USERS)
    expected = {each["id"] for each in RESOURCES if holds(each)}
    wish = Wish(condition=ABOUT_USERS.condition(text))
    with directory.reading() as reading:
        assert {user.id for user in reading.search.users(wish, None, 100).users} == expected
        assert reading.search.count_users(wish) == len(expected)


def test_a_page_may_begin_some_further_on(directory: DirectoryStore):
    with directory.reading() as reading:
        pages = [reading.search.users(Wish(), None, 25, skip).users for skip in (0, 25, 50, 75)]
        order = Wish(order=ABOUT_USERS.order("userName", is_descending=True))
        turned = [user.id for skip in (0, 30) for user in reading.search.users(order, None, 30, skip).users]
    assert [user.id for page in pages for user in page] == sorted(EVERYBODY)
    assert sorted(turned) == sorted(EVERYBODY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('externalId eq "G-1"', {"g1"}),
        ('externalId eq "g-1"', set()),
        ('members.value eq "u07"', {"g1"}),
        ('members[value eq "g1"]', {"g2"}),
        ("members pr", {"g1", "g2"}),
        ("not (members pr) and externalId pr", {"g3"}),
        ('displayName sw "team"', {"g0", "g1", "g2", "g3"}),
    ],
)
def test_groups_are_found(directory: DirectoryStore, text: str, expected: set[str]):
    with directory.reading() as reading:
        found = reading.search.groups(Wish(condition=ABOUT_GROUPS.condition(text)), None, 10).groups
    assert {group.id for group in found} == expected


def test_a_version_is_the_last_change_of_attributes_or_of_members(directory: DirectoryStore):
    with directory.reading() as reading:
        groups = reading.versions.of_groups(["g0", "g1", "g2", "nobody"])
        users = reading.versions.of_users(["u00", "u07"])
        head = reading.following.head()
    assert set(groups) == {"g0", "g1", "g2"}
    assert groups["g2"].sequence == head
    assert groups["g0"].sequence < groups["g1"].sequence < head
    assert users["u00"].changed_at == NOW
    assert users["u07"].sequence < groups["g0"].sequence

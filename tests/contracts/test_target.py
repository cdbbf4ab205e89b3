"""What may the engine rely on, whichever application it speaks to? The `Target` port, sentence by sentence."""

from typing import Any

import orjson
import pytest

from instep.cycle.ports import Target
from instep.cycle.whole_writes import version_of
from instep.rules.health.outcomes import Answer, Outcome
from instep.rules.health.verdicts import Conflict, Done, NotThere, judge_read, judge_write
from instep.rules.planning.plan import OperationKind
from instep.scim.dialects import DIALECTS, ENTRA, PUT_ONLY, Dialect, UserRequests
from instep.scim.messages import LIST_RESPONSE_URN, USER_URN
from instep.scim.resource_form import ResourceForm


def body(user_name: str, **attributes: Any) -> bytes:
    return orjson.dumps(
        {
            "schemas": [USER_URN],
            "userName": user_name,
            "name": {"givenName": "Ada", "familyName": "Example"},
            "emails": [{"type": "work", "value": user_name, "primary": True}],
            "active": True,
        }
        | attributes
    )


def said(outcome: Outcome, status: int) -> Any:
    assert isinstance(outcome, Answer), outcome
    assert outcome.status == status, outcome
    return orjson.loads(outcome.body) if outcome.body else None


def requests(dialect: Dialect) -> UserRequests:
    targets = ("userName", "title", "active", "name.familyName", 'addresses[type eq "work"].locality')
    return UserRequests(dialect, ResourceForm((USER_URN,), targets))


def patch(dialect: Dialect, before: dict[str, Any], after: dict[str, Any]) -> bytes:
    [message] = requests(dialect).patches(before, after, before)
    return orjson.dumps(message)


async def created(target: Target, user_name: str, **attributes: Any) -> str:
    return str(said(await target.create(body(user_name, **attributes)), 201)["id"])


async def test_a_create_answers_201_with_the_account_and_its_id(target: Target) -> None:
    account = said(await target.create(body("ada@corp.example", title="Engineer")), 201)
    assert account["id"]
    assert (account["userName"], account["title"], account["active"]) == ("ada@corp.example", "Engineer", True)


async def test_what_was_created_is_read_by_its_id(target: Target) -> None:
    account_id = await created(target, "ada@corp.example")
    assert said(await target.read(account_id), 200)["userName"] == "ada@corp.example"


async def test_a_user_name_in_any_letter_case_is_given_once(target: Target) -> None:
    await created(target, "ada@corp.example")
    outcome = await target.create(body("ADA@corp.example"))
    assert said(outcome, 409)["scimType"] == "uniqueness"
    assert isinstance(judge_write(OperationKind.CREATE, outcome), Conflict)


async def test_a_body_without_a_user_name_is_refused_with_400(target: Target) -> None:
    outcome = await target.create(orjson.dumps({"schemas": [USER_URN]}))
    assert said(outcome, 400)["status"] == "400"


async def test_an_account_is_replaced_if_it_is_the_version_that_was_read_still(target: Target) -> None:
    account_id = await created(target, "ada@corp.example")
    read = said(await target.read(account_id), 200)
    version = version_of(read)
    assert version is not None
    said(await target.replace(account_id, body("ada@corp.example", title="Engineer"), version), 200)
    said(await target.replace(account_id, body("ada@corp.example", title="Director"), version), 412)
    assert said(await target.read(account_id), 200)["title"] == "Engineer"


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
async def test_an_update_in_each_dialect_changes_what_it_names_and_nothing_else(
    target: Target, dialect: Dialect
) -> None:
    account_id = await created(target, "ada@corp.example", title="Engineer", preferredLanguage="nl")
    before = {"title": "Engineer", "active": True}
    after = {
        "title": "Director",
        "active": False,
        'addresses[type eq "work"].locality': "Gent",
        "name.familyName": "B.",
    }
    if dialect is PUT_ONLY:
        whole = requests(dialect).put(said(await target.read(account_id), 200), after)
        outcome = await target.replace(account_id, orjson.dumps(whole))
    else:
        outcome = await target.patch(account_id, patch(dialect, before, after))
    assert isinstance(judge_write(OperationKind.UPDATE, outcome), Done)
    account = said(await target.read(account_id), 200)
    assert (account["title"], account["active"], account["preferredLanguage"]) == ("Director", False, "nl")
    assert account["name"]["familyName"] == "B."
    assert account["name"]["givenName"] == "Ada"
    assert [(a["type"], a["locality"]) for a in account["addresses"]] == [("work", "Gent")]


async def test_a_disabled_account_is_still_found(target: Target) -> None:
    account_id = await created(target, "ada@corp.example")
    await target.patch(account_id, patch(ENTRA, {"active": True}, {"active": False}))
    [found] = said(await target.find("userName", "ada@corp.example"), 200)["Resources"]
    assert found["active"] is False


async def test_a_rename_to_a_name_that_is_taken_is_a_conflict(target: Target) -> None:
    await created(target, "ada@corp.example")
    account_id = await created(target, "bob@corp.example")
    change = patch(ENTRA, {"userName": "bob@corp.example"}, {"userName": "ada@corp.example"})
    outcome = await target.patch(account_id, change)
    assert isinstance(judge_write(OperationKind.UPDATE, outcome), Conflict)


async def test_a_deleted_account_is_gone_and_its_name_is_free_for_another_id(target: Target) -> None:
    account_id = await created(target, "ada@corp.example")
    outcome = await target.delete(account_id)
    assert said(outcome, 204) is None
    assert isinstance(judge_write(OperationKind.DELETE, outcome), Done)
    assert isinstance(judge_read(await target.read(account_id)), NotThere)
    assert await created(target, "ada@corp.example") != account_id


@pytest.mark.parametrize("account_id", ["nobody", "no/body", "no body?", "...", "é#&+%2F"])
async def test_what_is_not_there_answers_404_to_each_method(target: Target, account_id: str) -> None:
    change = patch(ENTRA, {}, {"active": False})
    for outcome in (await target.read(account_id), await target.patch(account_id, change)):
        assert isinstance(judge_read(outcome), NotThere), outcome
    assert isinstance(judge_write(OperationKind.DELETE, await target.delete(account_id)), NotThere)


async def test_a_filter_answers_a_list_of_exactly_who_has_the_value(target: Target) -> None:
    await created(target, "ada@corp.example")
    await created(target, "bob@corp.example")
    document = said(await target.find("userName", "ADA@Corp.example"), 200)
    assert document["schemas"] == [LIST_RESPONSE_URN]
    assert document["totalResults"] == 1
    assert [account["userName"] for account in document["Resources"]] == ["ada@corp.example"]


async def test_a_filter_without_a_hit_answers_200_and_an_empty_list(target: Target) -> None:
    document = said(await target.find("userName", "nobody@corp.example"), 200)
    assert (document["totalResults"], document.get("Resources", [])) == (0, [])


@pytest.mark.parametrize("attribute", ["externalId", 'emails[type eq "work"].value', "title"])
async def test_accounts_are_found_by_other_attributes_too(target: Target, attribute: str) -> None:
    await created(target, "ada@corp.example", externalId="E-1", title="ada@corp.example")
    await created(target, "bob@corp.example", externalId="E-2", title="bob@corp.example")
    value = "E-1" if attribute == "externalId" else "ada@corp.example"
    [found] = said(await target.find(attribute, value), 200)["Resources"]
    assert found["userName"] == "ada@corp.example"


@pytest.mark.parametrize(
    "value",
    ["o'hara@x.example", 'a"b@x.example', "a+b@x.example", "a\\b@x.example", "a#b&c=d%20@x.example", "zoë@x.example",
     "名@x.example", "a/b@x.example", "a;b@x.example", "😀@x.example",
     'a\\"b@x.example', "a?b@x.example", "{a}[b]@x.example", "\u202eada@x.example"],
)  # fmt: skip
async def test_a_value_with_any_character_is_found_as_it_was_written(target: Target, value: str) -> None:
    account_id = await created(target, value)
    await created(target, "other@x.example")
    assert [found["id"] for found in said(await target.find("userName", value), 200)["Resources"]] == [account_id]


@pytest.mark.parametrize("value", ['x" or userName pr or userName eq "', "x\\", 'x" or "', "a\u2028b", "\t", "\x00"])
async def test_a_value_that_nobody_has_finds_nobody_even_if_it_looks_like_a_filter(target: Target, value: str) -> None:
    await created(target, "ada@corp.example")
    document = said(await target.find("userName", value), 200)
    assert (document["totalResults"], document.get("Resources", [])) == (0, [])


async def test_pages_in_a_row_have_every_account_once_and_each_says_how_many_there_are(target: Target) -> None:
    ids = {await created(target, f"u{number}@corp.example") for number in range(7)}
    seen: list[str] = []
    while len(seen) < 7:
        page = said(await target.page(len(seen) + 1, 3), 200)
        assert page["totalResults"] == 7
        seen += [account["id"] for account in page["Resources"]]
    assert sorted(seen) == sorted(ids)


async def test_a_page_of_an_empty_application_says_zero(target: Target) -> None:
    assert said(await target.page(1, 500), 200)["totalResults"] == 0


async def test_every_request_is_counted_by_its_method(target: Target) -> None:
    account_id = await created(target, "ada@corp.example")
    await target.read(account_id)
    await target.find("userName", "ada@corp.example")
    await target.page(1, 10)
    await target.patch(account_id, patch(ENTRA, {}, {"title": "x"}))
    await target.delete(account_id)
    assert target.requests == {"POST": 1, "GET": 3, "PATCH": 1, "DELETE": 1}

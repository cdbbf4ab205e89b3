"""What if the target answers well-formed nonsense? The answer is judged by what it says, not by its status alone."""

from collections.abc import Mapping
from typing import Any

import pytest

from fakes.administrator import Administrator, requests, upn
from fakes.faulty_target import (
    ERROR_URN,
    LIST_URN,
    Answer,
    FaultyTarget,
    answers,
    does_first,
    listed,
    replies,
    rewrites,
)
from instep.ledger.cycles import CycleSummary

NOT_UNDERSTOOD = "SystemForCrossDomainIdentityManagementServiceIncompatible"
PEOPLE = [f"p{number:02}" for number in range(20)]

# What the answer to a create says, and what the log says of it. None of these was done.
CREATES: dict[str, tuple[Answer, str]] = {
    "201 without an id": (replies({"userName": "bo"}, 201), "has no id"),
    "201 with an empty id": (replies({"id": "", "userName": "bo"}, 201), "has no id"),
    "201 with a number as its id": (replies({"id": 7}, 201), "has no id"),
    "204": (answers(204), "has no id"),
    "200 with SCIM's error": (replies({"schemas": [ERROR_URN], "detail": "quota exceeded"}), "quota exceeded"),
    "201 with SCIM's error and an id": (
        replies({"schemas": [ERROR_URN], "id": "x", "detail": "quota exceeded"}, 201),
        "is an error all the same",
    ),
    "200 with a gateway's error": (replies({"error": "upstream failed"}), "is an error all the same"),
    "200 with a list": (replies({"schemas": [LIST_URN], "totalResults": 0, "Resources": []}), "has no id"),
    "201 with a list of JSON": (replies([], 201), "is no JSON object"),
}


def liars(table: Mapping[str, Any]) -> dict[str, str]:
    """A user for each lie, by the lie."""
    return {lie: f"u{number:02}" for number, lie in enumerate(table)}


def told(admin: Administrator, summary: CycleSummary, table: Mapping[str, tuple[Any, str]]) -> None:
    """Each of these users failed alone, as not understood, and the log says of each what was wrong."""
    codes = admin.codes(summary)
    for lie, name in liars(table).items():
        assert codes.pop(name) == NOT_UNDERSTOOD, lie
        assert table[lie][1] in admin.reason(summary, name), lie
    assert not set(codes.values()) & {NOT_UNDERSTOOD}


def test_a_create_is_not_believed_by_its_status_alone(admin: Administrator, target: FaultyTarget) -> None:
    admin.hires("ada", *liars(CREATES).values())
    for lie, name in liars(CREATES).items():
        target.goes_wrong(CREATES[lie][0], "POST", upn(name))
    summary = admin.provisions()
    told(admin, summary, CREATES)
    assert [account["userName"] for account in target.accounts.values()] == [upn("ada")]
    assert all(admin.link(name) is None for name in liars(CREATES).values())
    target.is_well_again()
    assert set(admin.codes(admin.provisions()).values()) == {"EntryExportAdd"}
    assert len(target.accounts) == 1 + len(CREATES)


def test_a_create_that_is_answered_with_another_users_id_hands_nobody_another_ones_account(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires("ada")
    admin.provisions()
    [ada] = target.named(upn("ada"))
    admin.hires("bo")
    target.goes_wrong(rewrites(lambda body: {**body, "id": ada["id"]}), "POST", times=1)
    summary = admin.provisions()
    assert admin.codes(summary)["bo"] == "SystemForCrossDomainIdentityManagementBadResponse"
    assert admin.link("ada").account_id == ada["id"]  # type: ignore[union-attr]
    admin.provisions()
    assert admin.link("bo").account_id == target.named(upn("bo"))[0]["id"]  # type: ignore[union-attr]


# What the answer to an update says. It may have been done, or not: it is written again.
UPDATES: dict[str, tuple[Answer, str]] = {
    "200 with SCIM's error": (replies({"schemas": [ERROR_URN], "detail": "no such title"}), "no such title"),
    "200 with a gateway's error": (replies({"error": "upstream failed"}), "upstream failed"),
    "200 about another account": (rewrites(lambda body: {**body, "id": "acc-99"}), "another account, acc-99"),
    "200 with a list of JSON": (replies([]), "is no JSON object"),
    "200 with a text": (replies("done"), "is no JSON object"),
}


def test_an_update_is_not_believed_by_its_status_alone(admin: Administrator, target: FaultyTarget) -> None:
    admin.hires("ada", *liars(UPDATES).values())
    admin.provisions()
    for lie, name in liars(UPDATES).items():
        admin.changes(name, jobTitle="Captain")
        target.goes_wrong(UPDATES[lie][0], "PATCH", upn(name))
    admin.changes("ada", jobTitle="Engineer")
    told(admin, admin.provisions(), UPDATES)
    target.is_well_again()
    assert set(admin.codes(admin.provisions()).values()) == {"EntryExportUpdate"}
    assert {target.named(upn(name))[0]["title"] for name in liars(UPDATES).values()} == {"Captain"}
    assert requests(admin.provisions()) == {}


@pytest.mark.parametrize("answer", [replies({}), answers(204), replies({"schemas": [], "userName": "bo"})])
def test_an_update_may_be_answered_with_little(admin: Administrator, target: FaultyTarget, answer: Answer) -> None:
    """Some targets answer with an empty object, or without an id."""
    admin.hires("bo")
    admin.provisions()
    admin.changes("bo", jobTitle="Captain")
    target.goes_wrong(answer, "PATCH")
    assert admin.codes(admin.provisions()) == {"bo": "EntryExportUpdate"}


def stranger(target: FaultyTarget) -> dict[str, Any]:
    return target.add(upn("stranger"))


# What the answer to a filter says. Nothing may be created or changed on the strength of it.
FILTERS: dict[str, tuple[Any, str]] = {
    "an empty object": ({}, "neither totalResults nor Resources"),
    "some JSON": ({"hello": "world"}, "neither totalResults nor Resources"),
    "one user, not in a list": ({"id": "acc-1", "userName": upn("bo")}, "neither totalResults nor Resources"),
    "a number that is a text": ({"totalResults": "0", "Resources": []}, "totalResults is '0'"),
    "more than it shows": ({"totalResults": 2, "Resources": [{"id": "a", "userName": upn("bo")}]}, "there are 2"),
    "one, and shows none": ({"totalResults": 1, "Resources": []}, "there are 1"),
    "none, and shows one": ({"totalResults": 0, "Resources": [{"id": "a"}]}, "there are 0"),
    "somebody else": ({"totalResults": 1, "Resources": [{"id": "a", "userName": upn("x")}]}, "has another value"),
    "somebody without an id": ({"totalResults": 1, "Resources": [{"userName": upn("bo")}]}, "without what names it"),
    "an error": ({"schemas": [ERROR_URN], "detail": "no index"}, "no index"),
}


def test_a_filter_is_not_believed_by_its_status_alone(admin: Administrator, target: FaultyTarget) -> None:
    admin.hires("ada")
    admin.provisions()
    target.forget_arrivals()
    admin.hires(*liars(FILTERS).values())
    for lie, name in liars(FILTERS).items():
        target.goes_wrong(replies(FILTERS[lie][0]), "GET", upn(name))
    target.goes_wrong(answers(500), "GET", times=1)  # the list cannot be read, so that everyone is asked for
    told(admin, admin.provisions(), FILTERS)
    assert target.writes == []
    target.is_well_again()
    assert set(admin.codes(admin.provisions()).values()) == {"EntryExportAdd"}


def test_an_account_that_a_filter_names_twice_is_one_account(admin: Administrator, target: FaultyTarget) -> None:
    admin.hires("ada")
    admin.provisions()
    admin.hires("bo")
    account = target.add(upn("bo"))

    async def twice(_request: object, _effect: object) -> Any:
        return listed(2, [account, account])

    target.goes_wrong(twice, "GET", upn("bo"))
    assert admin.codes(admin.provisions()) == {"bo": "EntryExportUpdate"}
    assert admin.link("bo").account_id == account["id"]  # type: ignore[union-attr]


def test_both_candidates_of_an_ambiguous_match_are_named(admin: Administrator, target: FaultyTarget) -> None:
    admin.hires("ada")
    admin.provisions()
    admin.hires("bo")
    first, second = target.add(upn("bo")), target.add(upn("bo"))
    target.forget_arrivals()
    summary = admin.provisions()
    assert admin.codes(summary) == {"bo": "DuplicateTargetEntries"}
    assert first["id"] in admin.reason(summary, "bo")
    assert second["id"] in admin.reason(summary, "bo")
    assert target.writes == []


def half_of_them(admin: Administrator, target: FaultyTarget, **switches: str) -> None:
    """Twenty people of whom ten have accounts that nobody linked; pages of four."""
    admin.speaks(page_size="4", **switches)
    for name in PEOPLE[:10]:
        target.add(upn(name))
    admin.hires(*PEOPLE)
    target.forget_arrivals()


def is_right(summary: CycleSummary, target: FaultyTarget) -> bool:
    """Whether everybody has one account, ten of them new."""
    names = sorted(account["userName"] for account in target.accounts.values())
    return (summary.counts.updated, summary.counts.created, names) == (10, 10, [upn(name) for name in PEOPLE])


def gets(summary: CycleSummary) -> int:
    return requests(summary)["GET"]


@pytest.mark.parametrize("paging", ["index", "cursor"])
def test_a_list_is_walked_by_index_or_by_cursor_and_proves_who_is_not_there(
    admin: Administrator, target: FaultyTarget, paging: str
) -> None:
    half_of_them(admin, target, paging=paging)
    summary = admin.provisions()
    assert is_right(summary, target)
    assert gets(summary) == 3  # four, four and two
    asked = [arrival.target.partition("?")[2] for arrival in target.arrived("GET")]
    if paging == "cursor":
        assert asked == ["cursor=&count=4", "cursor=5&count=4", "cursor=9&count=4"]
    else:
        assert asked == ["startIndex=1&count=4", "startIndex=5&count=4", "startIndex=9&count=4"]


def test_a_list_without_page_sizes_is_read_at_once_where_the_target_does_not_page(
    admin: Administrator, target: FaultyTarget
) -> None:
    half_of_them(admin, target, paging="none")
    summary = admin.provisions()
    assert is_right(summary, target)
    assert [arrival.target for arrival in target.arrived("GET")] == ["/scim/v2/Users"]


def test_a_list_that_never_says_how_many_there_are_is_read_until_a_page_is_empty_if_that_is_known_of_it(
    admin: Administrator, target: FaultyTarget
) -> None:
    half_of_them(admin, target, totals="absent")
    target.goes_wrong(rewrites(lambda body: {**body, "totalResults": len(body["Resources"])}), "GET")
    summary = admin.provisions()
    assert is_right(summary, target)
    assert gets(summary) == 4


def shows(target: FaultyTarget, first: int, last: int, total: int | None = 10, **more: Any) -> Answer:
    """A page with the accounts from one to another, whatever was asked for."""

    async def answer(_request: object, _effect: object) -> Any:
        return listed(total, list(target.accounts.values())[first - 1 : last], **more)

    return answer


SECOND, THIRD = "startIndex=5&", "startIndex=9&"

# Which page lies how, and why the list proves nothing then.
LISTS: dict[str, tuple[str, tuple[Any, ...], dict[str, Any], str]] = {
    "a page is repeated": (SECOND, (1, 4), {}, "did not come before"),
    "a page overlaps the last one": (SECOND, (4, 7), {}, "did not come before"),
    "a page is empty before the end": (SECOND, (11, 11), {}, "was empty, although there are 10"),
    "a page has more than was asked for": (SECOND, (5, 9), {}, "a page of 5 came, where 4 were asked for"),
    "the total is missing": (SECOND, (5, 8, None), {}, "it does not say how many there are"),
    "the total is smaller than what was read": (THIRD, (9, 10, 9), {}, "the source spoke of 9"),
    "a resource has no id": (SECOND, (5, 8), {"nobody": True}, "are users"),
}


@pytest.mark.parametrize("lie", LISTS)
def test_a_list_that_does_not_hang_together_proves_nothing_and_everyone_is_asked_for(
    admin: Administrator, target: FaultyTarget, lie: str
) -> None:
    page, shown, more, because = LISTS[lie]
    half_of_them(admin, target)
    answer = rewrites(without_ids) if more else shows(target, *shown)
    lie_on_page(target, page, answer)
    summary = admin.provisions()
    assert is_right(summary, target)
    assert len(target.arrived("POST")) == 10
    [reason] = [text for text in summary.counts.reads_because if text.startswith("matching by filter")]
    assert because in reason
    assert summary.counts.reads_because[reason] == 20


def without_ids(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "Resources": [{k: v for k, v in r.items() if k != "id"} for r in body["Resources"]]}


def lie_on_page(target: FaultyTarget, page: str, lie: Answer) -> None:
    async def answer(request: Any, effect: Any) -> Any:
        if page in str(request.rel_url):
            return await lie(request, effect)
        return effect()

    target.goes_wrong(answer, "GET", "")


@pytest.mark.parametrize("body", [{"hello": "world"}, {"schemas": [ERROR_URN], "detail": "no index"}, []])
def test_a_page_that_is_no_list_ends_the_walk(admin: Administrator, target: FaultyTarget, body: Any) -> None:
    half_of_them(admin, target)
    lie_on_page(target, SECOND, replies(body))
    assert is_right(admin.provisions(), target)


def test_a_list_that_has_grown_while_it_was_read_is_read_once_more(admin: Administrator, target: FaultyTarget) -> None:
    half_of_them(admin, target)
    target.goes_wrong(does_first(lambda: target.add(upn("late"))), "GET", times=2)
    summary = admin.provisions()
    assert (summary.counts.updated, summary.counts.created) == (10, 10)
    assert gets(summary) <= 3 + 3 + 1


def test_a_cursor_that_leads_in_a_circle_is_noticed(admin: Administrator, target: FaultyTarget) -> None:
    half_of_them(admin, target, paging="cursor")
    lie_on_page(target, "cursor=", rewrites(lambda body: {**body, "Resources": [], "nextCursor": "5"}))
    summary = admin.provisions()
    assert is_right(summary, target)
    assert gets(summary) == 2 + 20
    assert any("a cursor led back" in reason for reason in summary.counts.reads_because)


def test_whom_the_target_cannot_be_asked_for_is_matched_by_a_list_that_proves_to_be_whole(
    admin: Administrator, target: FaultyTarget
) -> None:
    half_of_them(admin, target, filterable="none")
    summary = admin.provisions()
    assert is_right(summary, target)
    assert "filter" not in str([arrival.target for arrival in target.arrived("GET")])


def test_without_filters_and_with_a_list_that_proves_nothing_nobody_is_created(
    admin: Administrator, target: FaultyTarget
) -> None:
    half_of_them(admin, target, filterable="none")
    lie_on_page(target, SECOND, shows(target, 1, 4))
    summary = admin.provisions()
    assert set(admin.codes(summary).values()) == {NOT_UNDERSTOOD}
    assert "did not come before" in admin.reason(summary, "p00")
    assert target.writes == []
    target.is_well_again()
    assert is_right(admin.provisions(), target)

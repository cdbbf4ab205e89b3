"""What if the target fails, falls silent or talks nonsense about one user? That user fails alone, and is kept."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from fakes.administrator import Administrator, requests, upn
from fakes.faulty_target import (
    Answer,
    FaultyTarget,
    answers,
    error,
    faulty_target,
    garbles,
    gzip_bomb,
    hangs,
    hangs_up_after,
    hangs_up_before,
    lists,
    redirects,
    says,
)
from instep.ledger.cycles import CycleState
from instep.ledger.records import Action, Origin, Status

NOT_UNDERSTOOD = "SystemForCrossDomainIdentityManagementServiceIncompatible"
HTML = b"<html><body>Welcome to the portal</body></html>"

NOTHING_DONE: dict[str, tuple[Answer, str, str]] = {
    "500": (answers(500, "the database is full"), "InternalServerError", "the database is full"),
    "502": (says(b"<h1>Bad Gateway</h1>", 502), "InternalServerError", "Bad Gateway"),
    "hangs up": (hangs_up_before, "WebExceptionProtocolError", "closed without an answer"),
    "hangs": (hangs(3), "Timeout", "no whole answer came in time"),
    "a page of HTML": (says(HTML), NOT_UNDERSTOOD, "Welcome to the portal"),
    "201 and nothing": (says(b"", 201), NOT_UNDERSTOOD, "an empty answer"),
    "400": (answers(400, "no such title"), "SystemForCrossDomainIdentityManagementBadResponse", "no such title"),
    "403": (answers(403, "not this one"), "InsufficientRights", "not this one"),
}

DONE_NONETHELESS: dict[str, Answer] = {
    "hangs up": hangs_up_after,
    "201 without an id": garbles(lambda _body: b'{"userName": "somebody"}'),
    "201 and nothing": garbles(lambda _body: b""),
    "truncated JSON": garbles(lambda body: body[: len(body) // 2]),
    "an answer over 10 MB": garbles(lambda body: body + b" " * (11 << 20)),
    "500": garbles(lambda _body: b"", status=500),
}


@pytest.mark.parametrize("fault", NOTHING_DONE)
def test_a_create_that_failed_fails_alone_and_is_made_up_for_once_the_target_is_well(
    admin: Administrator, target: FaultyTarget, fault: str
) -> None:
    answer, code, said = NOTHING_DONE[fault]
    admin.hires("ada", "bo", "cleo")
    admin.sets(timeout="1")
    target.goes_wrong(answer, "POST", upn("bo"))
    summary = admin.provisions()
    assert admin.codes(summary) == {"ada": "EntryExportAdd", "bo": code, "cleo": "EntryExportAdd"}
    assert said in admin.reason(summary, "bo")
    assert admin.link("bo") is None
    assert [escrow.code for escrow in admin.escrows().values()] == [code]
    assert target.named(upn("bo")) == []
    assert requests(summary)["POST"] == len(target.arrived("POST")) == 3
    (failed,) = [entry.entry for entry in admin.log(summary) if entry.entry.user_id == "bo"]
    assert (failed.action, failed.status) == (Action.CREATE, Status.FAILURE)

    target.is_well_again()
    target.forget_arrivals()
    assert admin.codes(admin.provisions()) == {"bo": "EntryExportAdd"}
    assert len(target.named(upn("bo"))) == 1
    assert admin.escrows() == {}
    assert [arrival.method for arrival in target.arrivals] == ["GET", "POST"]


@pytest.mark.parametrize("fault", DONE_NONETHELESS)
def test_a_create_that_was_done_although_its_answer_said_nothing_is_found_and_linked_in_the_same_cycle(
    admin: Administrator, target: FaultyTarget, fault: str
) -> None:
    admin.hires("ada", "bo", "cleo")
    target.goes_wrong(DONE_NONETHELESS[fault], "POST", upn("bo"), times=1)
    summary = admin.provisions()
    assert admin.codes(summary) == dict.fromkeys(("ada", "bo", "cleo"), "EntryExportAdd")
    (account,) = target.named(upn("bo"))
    link = admin.link("bo")
    assert link is not None
    assert (link.account_id, link.origin) == (account["id"], Origin.CREATED)
    assert [arrival.method for arrival in target.arrived(about=upn("bo"))] == ["POST", "GET"]
    assert admin.escrows() == {}
    assert requests(admin.provisions()) == {}


def test_a_create_that_took_too_long_and_was_done_later_is_linked_in_the_next_cycle(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires("ada")
    admin.sets(timeout="1")
    target.goes_wrong(hangs_up_before, "POST", times=1)
    assert admin.codes(admin.provisions()) == {"ada": "WebExceptionProtocolError"}
    late = target.add(upn("ada"), name={"givenName": "Ada"})
    admin.provisions()
    assert target.named(upn("ada")) == [late]
    assert len(target.arrived("POST")) == 1
    assert admin.link("ada").account_id == late["id"]  # type: ignore[union-attr]


@pytest.mark.parametrize("fault", ["500", "hangs up", "hangs", "a page of HTML", "400", "403"])
def test_an_update_that_failed_is_kept_and_repeated_until_the_account_says_it(
    admin: Administrator, target: FaultyTarget, fault: str
) -> None:
    answer, code, said = NOTHING_DONE[fault]
    admin.hires("ada", "bo")
    admin.sets(timeout="1")
    admin.provisions()
    admin.changes("ada", jobTitle="Engineer")
    admin.changes("bo", jobTitle="Captain")
    target.goes_wrong(answer, "PATCH", upn("bo"))
    summary = admin.provisions()
    assert admin.codes(summary) == {"ada": "EntryExportUpdate", "bo": code}
    assert said in admin.reason(summary, "bo")
    assert list(admin.escrows()) == ["bo"]
    assert "title" not in target.named(upn("bo"))[0]

    target.is_well_again()
    assert admin.codes(admin.provisions()) == {"bo": "EntryExportUpdate"}
    assert target.named(upn("bo"))[0]["title"] == "Captain"
    assert admin.escrows() == {}


@pytest.mark.parametrize("fault", ["500", "hangs up", "hangs", "a page of HTML", "403"])
def test_a_leaver_whose_removal_failed_is_removed_once_the_target_is_well(
    admin: Administrator, target: FaultyTarget, fault: str
) -> None:
    answer, code, _said = NOTHING_DONE[fault]
    admin.hires("ada", "bo")
    admin.sets(timeout="1")
    admin.provisions()
    admin.disables("bo")
    target.goes_wrong(answer, "PATCH", upn("bo"))
    assert admin.codes(admin.provisions()) == {"bo": code}
    assert admin.link("bo").is_active  # type: ignore[union-attr]
    target.is_well_again()
    assert admin.codes(admin.provisions()) == {"bo": "EntryExportUpdateSoftDelete"}
    assert target.named(upn("bo"))[0]["active"] is False


def test_an_update_that_was_done_without_an_answer_is_repeated_without_harm(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires("ada")
    admin.provisions()
    admin.changes("ada", jobTitle="Engineer")
    target.goes_wrong(hangs_up_after, "PATCH", times=1)
    assert admin.codes(admin.provisions()) == {"ada": "WebExceptionProtocolError"}
    assert admin.codes(admin.provisions()) == {"ada": "EntryExportUpdate"}
    assert requests(admin.provisions()) == {}
    assert target.named(upn("ada"))[0]["title"] == "Engineer"


def test_a_deletion_that_was_done_without_an_answer_is_confirmed_by_a_read(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires("ada")
    admin.provisions()
    admin.deletes("ada")
    admin.purges("ada")
    target.goes_wrong(hangs_up_after, "DELETE", times=1)
    admin.provisions()
    assert target.accounts == {}
    admin.provisions()
    assert admin.link("ada") is None
    assert admin.escrows() == {}
    assert requests(admin.provisions()) == {}


def test_an_account_that_is_there_already_is_linked_in_the_cycle_in_which_the_create_was_refused(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires("ada")
    made: list[object] = []

    async def somebody_was_faster(_request: object, _effect: object) -> object:
        made.append(target.add(upn("ada")))
        return error(409, "userName is taken", "uniqueness")

    target.goes_wrong(somebody_was_faster, "POST", times=1)  # type: ignore[arg-type]
    summary = admin.provisions()
    assert admin.codes(summary) == {"ada": "EntryExportUpdate"}
    assert "matched by userName" in admin.reason(summary, "ada")
    assert target.named(upn("ada")) == made
    assert target.named(upn("ada"))[0]["name"]["givenName"] == "Ada"
    assert [arrival.method for arrival in target.arrivals] == ["GET", "POST", "GET", "PATCH"]
    assert requests(admin.provisions()) == {}


@pytest.mark.parametrize("status", [409, 400])
def test_a_refusal_as_a_duplicate_of_which_nothing_is_found_is_a_failure_that_says_so(
    admin: Administrator, target: FaultyTarget, status: int
) -> None:
    admin.hires("ada", "bo")

    async def refuses(_request: object, _effect: object) -> object:
        return error(status, "the badge number is taken", "uniqueness")

    target.goes_wrong(refuses, "POST", upn("bo"))  # type: ignore[arg-type]
    summary = admin.provisions()
    assert admin.codes(summary) == {"ada": "EntryExportAdd", "bo": "EntryConflict"}
    assert "the badge number is taken" in admin.reason(summary, "bo")
    assert "no account matches" in admin.reason(summary, "bo")
    assert [arrival.method for arrival in target.arrived(about=upn("bo"))] == ["POST", "GET"]
    assert list(admin.escrows()) == ["bo"]


def test_a_token_that_is_refused_interrupts_the_cycle_and_quarantines_the_job_until_it_is_right(
    admin: Administrator, target: FaultyTarget
) -> None:
    people = [f"p{number:02}" for number in range(20)]
    admin.hires(*people)
    admin.sets(concurrency="1")
    target.goes_wrong(answers(401, "the token has expired"), "POST", upn("p10"))
    summary = admin.provisions(CycleState.INTERRUPTED)
    assert summary.counts.created == len(target.accounts) == 10
    assert len(target.arrived("POST")) == 11  # and not one more with that token
    quarantine = admin.job.quarantine
    assert quarantine is not None
    assert "the token has expired" in quarantine.problem.message
    assert quarantine.next_attempt_at == admin.clock() + timedelta(hours=6)
    assert admin.escrows() == {}
    assert {recorded.entry.user_id for recorded in admin.log(summary)} == set(people[:10])

    target.is_well_again()
    target.token = "another-token"
    admin.connects(target.tenant_url, "another-token")
    assert admin.job.quarantine is None
    resumed = admin.provisions()
    assert resumed.cycle_id == summary.cycle_id
    assert admin.codes(resumed) == dict.fromkeys(people, "EntryExportAdd")
    assert resumed.counts.created == len(target.accounts) == 20


def test_a_404_to_an_update_of_an_account_that_is_there_changes_nothing_and_is_tried_again(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires("ada")
    admin.provisions()
    link = admin.link("ada")
    admin.changes("ada", jobTitle="Engineer")
    target.goes_wrong(answers(404, "not on this replica"), "PATCH")
    summary = admin.provisions()
    assert admin.codes(summary) == {"ada": "SystemForCrossDomainIdentityManagementBadResponse"}
    assert "not on this replica" in admin.reason(summary, "ada")
    assert admin.link("ada") == link
    assert list(admin.escrows()) == ["ada"]
    target.is_well_again()
    assert admin.codes(admin.provisions()) == {"ada": "EntryExportUpdate"}
    assert len(target.accounts) == 1


def test_an_account_that_is_really_gone_is_created_anew_and_linked(admin: Administrator, target: FaultyTarget) -> None:
    admin.hires("ada")
    admin.provisions()
    gone = target.accounts.popitem()[0]
    admin.changes("ada", jobTitle="Engineer")
    target.forget_arrivals()
    assert admin.codes(admin.provisions()) == {"ada": "EntryExportAdd"}
    (account,) = target.named(upn("ada"))
    assert account["id"] != gone
    assert account["title"] == "Engineer"
    assert admin.link("ada").account_id == account["id"]  # type: ignore[union-attr]
    assert [arrival.method for arrival in target.arrivals] == ["PATCH", "GET", "GET", "POST"]
    assert requests(admin.provisions()) == {}


def test_an_account_that_was_replaced_by_hand_is_matched_and_not_doubled(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires("ada")
    admin.provisions()
    target.accounts.clear()
    replaced = target.add(upn("ada"))
    admin.changes("ada", jobTitle="Engineer")
    assert admin.codes(admin.provisions()) == {"ada": "EntryExportUpdate"}
    assert list(target.accounts.values()) == [replaced]
    assert replaced["title"] == "Engineer"
    assert admin.link("ada").account_id == replaced["id"]  # type: ignore[union-attr]


def test_a_leaver_whose_account_is_gone_is_done(admin: Administrator, target: FaultyTarget) -> None:
    admin.hires("ada")
    admin.provisions()
    target.accounts.clear()
    admin.disables("ada")
    summary = admin.provisions()
    assert admin.codes(summary) == {"ada": "EntryExportUpdateSoftDelete"}
    assert "gone" in admin.reason(summary, "ada")
    assert admin.link("ada") is None
    assert target.accounts == {}
    assert requests(admin.provisions()) == {}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_never_followed_and_stops_the_cycle(
    admin: Administrator, target: FaultyTarget, status: int
) -> None:
    admin.hires("ada", "bo")
    with faulty_target() as elsewhere:
        target.goes_wrong(redirects(f"{elsewhere.tenant_url}/Users", status))
        summary = admin.provisions(CycleState.INTERRUPTED)
        assert elsewhere.arrivals == []
        assert summary.reason is not None
        assert elsewhere.url in summary.reason
    assert admin.job.quarantine is not None
    target.is_well_again()
    resumed = admin.provisions()
    assert resumed.cycle_id == summary.cycle_id
    assert resumed.counts.created == 2


@pytest.mark.parametrize(
    ("huge", "code", "said"),
    [
        (says(b" " * (11 << 20), 200, "application/scim+json"), "AnswerTooLarge", "at most 10485760 are read"),
        (says(gzip_bomb(64), 200, "application/scim+json", Content_Encoding="gzip"), "AnswerTooLarge", "longer than"),
        (says(b"not gzip", 200, "application/scim+json", Content_Encoding="gzip"), "AnswerUnreadable", "damaged"),
        (says(b"{}", 200, "application/scim+json", Content_Encoding="br"), "AnswerUnreadable", "not asked for"),
    ],
    ids=["11 MB", "gzip bomb", "damaged gzip", "an encoding not asked for"],
)
def test_an_answer_that_is_too_large_or_unreadable_fails_that_user_alone(
    admin: Administrator, target: FaultyTarget, huge: Answer, code: str, said: str
) -> None:
    admin.hires("ada", "bo")
    admin.provisions()
    admin.changes("ada", jobTitle="Engineer")
    admin.changes("bo", jobTitle="Captain")
    target.goes_wrong(huge, "PATCH", upn("bo"), times=1)
    summary = admin.provisions()
    assert admin.codes(summary) == {"ada": "EntryExportUpdate", "bo": code}
    assert said in admin.reason(summary, "bo")
    assert admin.codes(admin.provisions()) == {"bo": "EntryExportUpdate"}
    assert target.named(upn("bo"))[0]["title"] == "Captain"


@pytest.mark.parametrize(
    "answer",
    [
        lambda target: lists(lambda: list(target.accounts.values()), lambda: 2),
        lambda target: lists(lambda: target.named(upn("stranger")), lambda: 1),
    ],
    ids=["everyone", "a stranger"],
)
def test_a_filter_that_is_ignored_hands_nobody_another_ones_account(
    admin: Administrator, target: FaultyTarget, answer: Callable[[FaultyTarget], Answer]
) -> None:
    admin.hires("ada")
    admin.provisions()
    mine = dict(target.named(upn("ada"))[0])
    target.add(upn("stranger"))
    target.goes_wrong(answer(target), "GET", upn("bo"))
    admin.hires("bo")
    target.forget_arrivals()
    summary = admin.provisions()
    assert admin.codes(summary) == {"bo": NOT_UNDERSTOOD}
    assert "filter" in admin.reason(summary, "bo")
    assert target.writes == []
    assert target.named(upn("ada")) == [mine]
    assert admin.link("bo") is None
    target.is_well_again()
    assert admin.codes(admin.provisions()) == {"bo": "EntryExportAdd"}


def test_a_list_that_repeats_its_pages_proves_nothing_and_is_not_walked_for_ever(
    admin: Administrator, target: FaultyTarget
) -> None:
    people = [f"p{number:02}" for number in range(20)]
    for name in people[:10]:
        target.add(upn(name))
    admin.hires(*people)
    first_five = list(target.accounts.values())[:5]
    target.goes_wrong(lists(lambda: first_five, lambda: 10), "GET", "", times=2)
    summary = admin.provisions()
    assert (summary.counts.updated, summary.counts.created) == (10, 10)
    assert sorted(account["userName"] for account in target.accounts.values()) == [upn(name) for name in people]
    assert len(target.arrived("POST")) == 10  # everyone was asked for by a filter first
    assert requests(summary)["GET"] == 2 + 20


def test_a_list_that_ends_before_its_total_is_not_taken_for_whole(admin: Administrator, target: FaultyTarget) -> None:
    people = [f"p{number:02}" for number in range(20)]
    for name in people[:10]:
        target.add(upn(name))
    admin.hires(*people)
    target.goes_wrong(lists(lambda: list(target.accounts.values())[:5], lambda: 10), "GET", times=1)
    target.goes_wrong(lists(lambda: [], lambda: 10), "GET", times=1)
    summary = admin.provisions()
    assert (summary.counts.updated, summary.counts.created) == (10, 10)
    assert len(target.arrived("POST")) == 10


def test_no_proxy_is_taken_from_the_environment(
    admin: Administrator, target: FaultyTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.hires("ada")
    with faulty_target() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        admin.connects(target.tenant_url, target.token)
        assert admin.provisions().counts.created == 1
        assert proxy.arrivals == []
    assert len(target.accounts) == 1


def test_a_target_that_is_not_there_interrupts_the_cycle_and_nobody_is_in_escrow(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires("ada", "bo")
    with faulty_target() as short_lived:
        admin.connects(short_lived.tenant_url, short_lived.token)
        admin.sets(timeout="2")
    summary = admin.provisions(CycleState.INTERRUPTED)
    assert summary.reason is not None
    assert "cannot be used now" in summary.reason
    assert admin.escrows() == {}
    assert admin.log(summary) == []
    assert admin.job.not_before is not None


def test_a_target_where_nothing_works_any_more_interrupts_the_cycle(admin: Administrator, target: FaultyTarget) -> None:
    people = [f"n{number:03}" for number in range(400)]
    admin.hires(*people)
    target.goes_wrong(answers(500, "the database is gone"), "POST")
    summary = admin.provisions(CycleState.INTERRUPTED)
    assert summary.reason is not None
    assert "the database is gone" in summary.reason
    assert 100 <= len(target.arrived("POST")) < 400
    target.is_well_again()
    admin.provisions()
    admin.provisions()
    assert len(target.accounts) == 400
    assert all(admin.link(name) is not None for name in people)


def test_an_update_of_unknown_effect_that_was_taken_back_is_written_once_more(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires("ada", jobTitle="Engineer")
    admin.provisions()
    admin.changes("ada", jobTitle="Captain")
    target.goes_wrong(hangs_up_after, "PATCH", times=1)
    admin.provisions()
    admin.changes("ada", jobTitle="Engineer")
    admin.provisions()
    assert target.named(upn("ada"))[0]["title"] == "Engineer"


def test_a_create_whose_effect_could_not_be_asked_for_has_one_entry_a_cycle_and_is_linked_when_it_can(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires("ada", "bo", "cleo", "zoe")
    admin.sets(concurrency="1")
    target.goes_wrong(hangs_up_after, "POST", upn("ada"), times=1)
    target.goes_wrong(answers(500, "the index is broken"), "GET", upn("ada"))
    target.goes_wrong(answers(503, "back in an hour", Retry_After="3600"), "GET", upn("bo"))
    target.goes_wrong(hangs_up_before, "POST", upn("bo"))
    summary = admin.provisions(CycleState.INTERRUPTED)
    assert admin.codes(summary)["ada"] == "InternalServerError"

    target.is_well_again()
    resumed = admin.provisions()
    assert resumed.cycle_id == summary.cycle_id
    assert admin.codes(resumed).keys() == {"ada", "bo", "cleo", "zoe"}
    assert resumed.counts.users == 4
    admin.provisions()
    assert {name for name in ("ada", "bo", "cleo", "zoe") if admin.link(name)} == {"ada", "bo", "cleo", "zoe"}
    assert sorted(account["userName"] for account in target.accounts.values()) == [
        upn("ada"), upn("bo"), upn("cleo"), upn("zoe"),
    ]  # fmt: skip
    assert admin.escrows() == {}
    assert requests(admin.provisions()) == {}

"""Which requests does the door remember, for an administrator who asks why nothing works?"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from fakes.allowed import THIS_MACHINE
from fakes.faulty_target import FaultyTarget, answers, faulty_target, hangs_up_before, says
from instep.connectors.targets.scim.target import ScimTarget, open_scim_target
from instep.rules.health.outcomes import FailedRequest, Outcome


async def _ask(target: FaultyTarget, *names: str) -> tuple[list[FailedRequest], list[Outcome]]:
    async with open_scim_target(target.tenant_url, target.token, 1, 5.0, None, THIS_MACHINE) as door:
        assert isinstance(door, ScimTarget)
        outcomes = [await door.find("userName", name) for name in names]
        return list(door.failed_requests), outcomes


def ask(target: FaultyTarget, *names: str) -> tuple[list[FailedRequest], list[Outcome]]:
    return asyncio.run(_ask(target, *names))


def test_a_request_that_did_not_work_is_kept_as_it_was_sent_with_the_beginning_of_the_answer() -> None:
    with faulty_target() as target:
        target.goes_wrong(answers(403, "not you"), about="bob")
        [kept], _ = ask(target, "ada", "bob", "cid")
        assert (kept.method, kept.status) == ("GET", 403)
        assert kept.url == f"{target.tenant_url}/Users?filter=userName+eq+%22bob%22"
        assert "not you" in kept.answer


def test_a_page_for_people_and_no_answer_at_all_are_kept_too_and_only_the_last_five() -> None:
    with faulty_target() as target:
        target.goes_wrong(says(b"<html>please log in</html>" + b"x" * 5_000), about="ada")
        target.goes_wrong(hangs_up_before, about="bob")
        kept, _ = ask(target, *["ada"] * 6, "bob")
        assert [request.status for request in kept] == [200, 200, 200, 200, None]
        assert kept[0].answer.startswith("<html>please log in</html>")
        assert len(kept[0].answer) == 500
        assert "connection" in kept[4].answer


def test_a_target_that_repeats_the_secret_token_is_not_quoted_with_it_anywhere() -> None:
    with faulty_target() as target:
        target.goes_wrong(answers(400, f"the header was Bearer {target.token}"))
        kept, outcomes = ask(target, "ada")
        assert target.token not in f"{kept} {outcomes}"
        assert "the header was Bearer (the Secret Token)" in kept[0].answer


def test_each_has_the_time_of_the_clock_that_was_handed_in() -> None:
    moment = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    async def ask_at_that_moment(target: FaultyTarget) -> list[FailedRequest]:
        async with open_scim_target(
            target.tenant_url, target.token, 1, 5.0, None, THIS_MACHINE, clock=lambda: moment
        ) as door:
            await door.find("userName", "ada")
            return list(door.failed_requests)

    with faulty_target() as target:
        target.goes_wrong(answers(403, "not you"), about="ada")
        [kept] = asyncio.run(ask_at_that_moment(target))
        assert kept.at == moment

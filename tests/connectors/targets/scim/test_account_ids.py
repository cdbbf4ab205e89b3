"""Does a request reach exactly the account whose id it carries, whatever the id is made of?"""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from fakes.allowed import THIS_MACHINE
from instep.connectors.targets.scim.target import ScimTarget, open_scim_target
from instep.rules.health.outcomes import Answer, NotMade
from instep.rules.health.verdicts import Failed, judge_read, judge_write
from instep.rules.planning.plan import OperationKind

IDS = [
    "a/b",
    "a%2Fb",
    "%2F",
    "a?b",
    "a#b",
    "a b",
    "a+b",
    "a;b=c",
    "...",
    ".a",
    "a/../b",
    "é",
    "名",
    "a\\b",
    "a:b@c",
    "%",
]


@pytest.fixture
async def seen() -> list[tuple[str, str]]:
    return []


@pytest.fixture
async def target(seen: list[tuple[str, str]]) -> AsyncIterator[ScimTarget]:
    """The door to a service that writes down the methods and raw paths which it was asked for."""

    async def handle(request: web.Request) -> web.Response:
        seen.append((request.method, request.raw_path))
        return web.json_response({"id": "x"})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handle)
    async with (
        TestServer(application) as server,
        open_scim_target(str(server.make_url("/v2")), "t", 4, 5.0, None, THIS_MACHINE) as door,
    ):
        yield door


@pytest.mark.parametrize("account_id", IDS)
async def test_an_id_is_one_segment_of_the_path_on_the_wire(
    target: ScimTarget, seen: list[tuple[str, str]], account_id: str
) -> None:
    from urllib.parse import unquote

    for outcome in (
        await target.read(account_id),
        await target.patch(account_id, b"{}"),
        await target.replace(account_id, b"{}"),
        await target.delete(account_id),
    ):
        assert isinstance(outcome, Answer)
    assert [method for method, _ in seen] == ["GET", "PATCH", "PUT", "DELETE"]
    for _, path in seen:
        assert path.count("/") == 3
        assert unquote(path.removeprefix("/v2/Users/")) == account_id


@pytest.mark.parametrize("account_id", [".", ".."])
async def test_an_id_that_means_another_place_is_never_sent_and_fails_that_user_alone(
    target: ScimTarget, seen: list[tuple[str, str]], account_id: str
) -> None:
    for outcome in (
        await target.read(account_id),
        await target.patch(account_id, b"{}"),
        await target.delete(account_id),
    ):
        assert isinstance(outcome, NotMade)
        assert (
            judge_read(outcome) == judge_write(OperationKind.UPDATE, outcome) == Failed("InvalidAnchor", outcome.reason)
        )
        assert repr(account_id) in outcome.reason
    assert seen == []

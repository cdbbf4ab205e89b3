"""Where does a connection lead, when names are answered by somebody hostile?"""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from fakes.allowed import THIS_MACHINE
from instep.connectors.outbound.allowed_targets import AllowedTargets, read_allowed_targets
from instep.connectors.outbound.connecting import guarded_connector
from instep.connectors.outbound.web_addresses import WebAddress
from instep.connectors.targets.scim.addresses import TenantUrlRefused
from instep.connectors.targets.scim.target import open_scim_target
from instep.rules.health.outcomes import Answer

OURS, INNER = "127.0.0.1", "127.0.0.2"  # the application, and a service that only this machine should reach


class Answers(AbstractResolver):
    """A name server that answers each question as it was told to, and counts them."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers, self.asked = list(answers), 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self._answers[min(self.asked, len(self._answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=each, port=port, family=socket.AF_INET, proto=0, flags=0)
            for each in addresses
        ]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def _listening_at(host: str, port: int, heard: list[str]) -> AsyncIterator[int]:
    async def answer(request: web.Request) -> web.Response:
        heard.append(f"{host} {request.headers.get('Authorization')}")
        return web.Response(text="{}")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    server = TestServer(app, host=host, port=port)
    await server.start_server()
    try:
        assert server.port is not None
        yield server.port
    finally:
        await server.close()


def _session(port: int, allowed: AllowedTargets, resolver: Answers) -> aiohttp.ClientSession:
    place = WebAddress("https", "scim.example", port, None)  # judged as such; TLS is not what is tried here
    connector = guarded_connector(place, allowed, 4, resolver)
    return aiohttp.ClientSession(connector=connector, headers={"Authorization": "Bearer secret", "Connection": "close"})


async def test_a_name_that_is_answered_otherwise_the_second_time_leads_nowhere_else() -> None:
    heard: list[str] = []
    resolver = Answers([OURS], [INNER])
    async with (
        _listening_at(OURS, 0, heard) as port,
        _listening_at(INNER, port, heard),
        _session(port, read_allowed_targets(OURS), resolver) as session,
    ):
        async with session.get(f"http://scim.example:{port}/Users") as response:
            assert response.status == 200
        assert isinstance(session.connector, aiohttp.TCPConnector)
        assert resolver.asked == 1
        session.connector.clear_dns_cache()  # as after a minute
        with pytest.raises(aiohttp.ClientConnectorError, match=f"{INNER} is this machine itself"):
            await session.get(f"http://scim.example:{port}/Users")
    assert resolver.asked == 2
    assert heard == [f"{OURS} Bearer secret"]


async def test_of_several_answers_only_those_that_are_allowed_are_connected() -> None:
    heard: list[str] = []
    async with (
        _listening_at(OURS, 0, heard) as port,
        _listening_at(INNER, port, heard),
        _session(port, read_allowed_targets(OURS), Answers([INNER, OURS])) as session,
        session.get(f"http://scim.example:{port}/Users") as response,
    ):
        assert response.status == 200
    assert heard == [f"{OURS} Bearer secret"]


async def test_an_address_that_was_saved_when_it_was_allowed_is_judged_again() -> None:
    with pytest.raises(TenantUrlRefused, match="this machine"):
        async with open_scim_target("http://127.0.0.1:9/v2", "secret", 1, 5.0, None, AllowedTargets()):
            raise AssertionError("it was opened")


async def test_plain_http_leads_to_this_machine_alone() -> None:
    allowed = read_allowed_targets("loopback 10.0.0.0/8 localhost")
    place = WebAddress("http", "localhost", 9, None)
    async with aiohttp.ClientSession(connector=guarded_connector(place, allowed, 1, Answers(["10.0.0.5"]))) as session:
        with pytest.raises(aiohttp.ClientConnectorError, match=r"10\.0\.0\.5 is not this machine"):
            await session.get("http://localhost:9/")


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    heard: list[str] = []

    async def lead_away(_request: web.Request) -> web.Response:
        raise web.HTTPFound(f"http://{INNER}:{port}/Users")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", lead_away)
    server = TestServer(app)
    async with _listening_at(INNER, 0, heard) as port, server:
        url = str(server.make_url("/v2"))
        async with open_scim_target(url, "secret", 1, 5.0, None, THIS_MACHINE) as target:
            outcome = await target.read("U1")
    assert isinstance(outcome, Answer)
    assert outcome.status == 302
    assert heard == []

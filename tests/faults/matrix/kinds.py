"""What can go wrong between the engine and a target? Each kind of fault, by the name that the matrix has for it."""

import asyncio
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any

from fakes.fault_proxy import Fault, Handling, said

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
SOMEBODY = {"id": "somebody-elses", "userName": "somebody.else@corp.example", "displayName": "Somebody else"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault: what becomes of a request that meets it, or `outage`, what of all of them until it is over.

    `speaks` HTTPS where the fault is one of a certificate; the target has `lost` the account or group where it is right
    that there is none.
    """

    name: str
    fault: Fault | None = None
    outage: str = ""  # refused, hangs, unknown host, untrusted, expired
    speaks: str = "http"
    lost: bool = False


def _error(status: int, detail: str, scim_type: str | None = None, **headers: str) -> Fault:
    body = {"schemas": [ERROR], "status": str(status), "detail": detail} | (
        {"scimType": scim_type} if scim_type else {}
    )
    return _says(said(status, body, {name.replace("_", "-"): value for name, value in headers.items()}))


def _says(raw: bytes) -> Fault:
    async def fault(handling: Handling) -> None:
        await handling.answer(raw)

    return fault


def _lists(resources: Sequence[dict[str, Any]], total: int, **more: object) -> Fault:
    body = {"schemas": [LIST], "totalResults": total, "Resources": list(resources)} | more
    return _says(said(200, body))


def _page(html: str) -> bytes:
    return f"<!doctype html><html><body><h1>{html}</h1></body></html>".encode()


async def _resets(handling: Handling) -> None:
    handling.reset()


async def _resets_within_the_body(handling: Handling) -> None:
    await handling.answer(b"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Length: 5000\r\n\r\n{")
    await asyncio.sleep(0.02)
    handling.reset()


async def _dribbles(handling: Handling) -> None:
    await handling.answer(b"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Length: 5000\r\n\r\n")
    for _ in range(60):
        if handling.writer.transport.is_closing():
            return
        await handling.answer(b" ")
        await asyncio.sleep(0.05)


async def _says_nothing(handling: Handling) -> None:
    await handling.gone()


async def _asks_to_wait_until_a_date(handling: Handling) -> None:
    date = format_datetime(datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2), usegmt=True)
    await handling.answer(said(429, {"schemas": [ERROR], "status": "429"}, {"Retry-After": date}))


async def _redirects_to_itself(handling: Handling) -> None:
    await handling.answer(said(302, None, {"Location": handling.request.path}))


async def _is_huge(handling: Handling) -> None:
    length = 100 << 20
    await handling.answer(
        f"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Length: {length}\r\n\r\n[".encode()
    )
    for _ in range(length >> 16):
        if handling.writer.transport.is_closing():
            return
        await handling.answer(b" " * 65_536)


@cache
def _bomb() -> bytes:
    return said(200, None, {"Content-Encoding": "gzip"}, gzip.compress(b" " * (50 << 20), 1))


def _lazily(make: Callable[[], bytes]) -> Fault:
    async def fault(handling: Handling) -> None:
        await handling.answer(make())

    return fault


_GARBLED = json.dumps(SOMEBODY).encode()[:-9]
_ERROR_BODY = {"schemas": [ERROR], "status": "500", "detail": "the database is away"}

KINDS = [
    Kind("the host is unknown (DNS)", outage="unknown host"),
    Kind("the connection is refused", outage="refused"),
    Kind("the connection hangs", outage="hangs"),
    Kind("a certificate of nobody's trust", outage="untrusted", speaks="https"),
    Kind("an expired certificate", outage="expired", speaks="https"),
    Kind("a reset instead of an answer", _resets),
    Kind("a reset within the answer", _resets_within_the_body),
    Kind("an answer that dribbles", _dribbles),
    Kind("no answer in time", _says_nothing),
    Kind("400", _error(400, "it is not liked", "invalidValue")),
    Kind("401", _error(401, "who are you?")),
    Kind("403", _error(403, "not you")),
    Kind("404, wrongly", _error(404, "there is none")),
    Kind("404, rightly", lost=True),
    Kind("409 with a scimType", _error(409, "it is there", "uniqueness")),
    Kind("409 without one", _error(409, "a conflict")),
    Kind("412", _error(412, "another version")),
    Kind("413", _error(413, "too much")),
    Kind("429, wait a second", _error(429, "too many", Retry_After="1")),
    Kind("429, wait until a date", _asks_to_wait_until_a_date),
    Kind("429 without a word", _error(429, "too many")),
    Kind("500", _error(500, "oops")),
    Kind("502 with a page", _says(said(502, None, {"Content-Type": "text/html"}, _page("Bad Gateway")))),
    Kind("503, wait a second", _error(503, "back soon", Retry_After="1")),
    Kind("200 with an error in it", _says(said(200, _ERROR_BODY))),
    Kind("201 without an id", _says(said(201, {"userName": "x"}))),
    Kind("JSON that ends too early", _says(said(200, None, None, _GARBLED))),
    Kind("another content type", _says(said(200, None, {"Content-Type": "text/html"}, _page("Sign in")))),
    Kind("one account twice in a list", _lists([SOMEBODY, SOMEBODY], 2)),
    Kind("an empty list of seven", _lists([], 7)),
    Kind("a page that comes again", _lists([SOMEBODY], 3, startIndex=1, itemsPerPage=1)),
    Kind("a page that skips", _lists([SOMEBODY], 3, startIndex=3, itemsPerPage=1)),
    Kind("a redirect to itself", _redirects_to_itself),
    Kind("a gzip bomb", _lazily(_bomb)),
    Kind("100 MB", _is_huge),
]


def after_its_effect(fault: Fault) -> Fault:
    """The same fault, once the target has done what it was asked for."""

    async def struck(handling: Handling) -> None:
        await handling.forward()
        await fault(handling)

    return struck

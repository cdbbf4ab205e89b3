"""How are requests sent to a SCIM application, in Entra's form, so that each has exactly one outcome?"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import aiohttp
from aiohttp import hdrs
from yarl import URL

from instep.clock import Clock, system_clock
from instep.connectors.outbound.allowed_targets import AllowedTargets
from instep.connectors.outbound.connecting import guarded_connector
from instep.connectors.outbound.web_addresses import read_web_address
from instep.connectors.targets.scim.addresses import Addresses, CannotBeAddressed, check_tenant_url
from instep.connectors.targets.scim.bodies import NotRead, read_capped
from instep.connectors.targets.scim.gathered import Gathered
from instep.connectors.targets.scim.groups import ScimGroups
from instep.connectors.targets.scim.pacing import (
    LONGEST_WAIT_SECONDS,
    WITHOUT_A_WORD_SECONDS,
    Learned,
    Pace,
    retry_after_seconds,
)
from instep.connectors.targets.scim.time_limit import TimeLimit
from instep.connectors.targets.scim.unmade import not_made
from instep.rules.health.outcomes import (
    Answer,
    FailedRequest,
    NoAnswer,
    NotSent,
    Outcome,
    failed_request,
    looks_wrong,
)
from instep.scim.bulk_requests import BulkWrite
from instep.scim.dialects import ENTRA, Dialect
from instep.scim.syntax import Literal

CONNECT_SECONDS = 5.0
_MOST_REPEATS = 8
_KEPT_REQUESTS = 5
_HIDDEN = "(the Secret Token)"


class ScimTarget:
    """One application's door, for one run. A request is repeated only where the target said that it did not take it."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tenant_url: str,
        secret_token: str,
        pace: Pace,
        limit: TimeLimit,
        concurrency: int,
        dialect: Dialect = ENTRA,
        clock: Clock = system_clock,
    ) -> None:
        self._clock = clock
        self.requests: Counter[str] = Counter()
        self.failed_requests: deque[FailedRequest] = deque(maxlen=_KEPT_REQUESTS)
        self._secret_forms = _forms_of(secret_token)
        self._session = session
        self._addresses = Addresses(tenant_url, dialect)
        self._users = URL(self._addresses.users, encoded=True)
        self._pace = pace
        self._limit = limit
        # Whoever waits for a connection has not asked the pace yet: none leaves into a quiet that began meanwhile.
        self._slots = asyncio.Semaphore(concurrency)
        self.groups = ScimGroups(tenant_url, self._request, dialect)
        self._is_shut = False
        self._may_send: Callable[[], bool] | None = None
        self._bulk = URL(self._addresses.bulk, encoded=True)
        self._gathered = (
            Gathered(dialect.writes_per_request, concurrency, self._send_bulk, self._write_alone)
            if dialect.writes_per_request > 1
            else None
        )

    async def end(self) -> None:
        """Give up what is under way."""
        if self._gathered is not None:
            await self._gathered.end()

    def shut(self) -> None:
        """Let no further request leave: those that wait come back as not sent; those under way finish."""
        self._is_shut = True
        self._pace.end()

    def send_only_while(self, may_send: Callable[[], bool]) -> None:
        """Ask before each request, right before it leaves."""
        self._may_send = may_send

    def create(self, body: bytes) -> Awaitable[Outcome]:
        """POST one user; with others that come at the same time, where the target takes bulk requests."""
        if self._gathered is not None:
            return self._gathered.add(BulkWrite("POST", "/Users", body))
        return self._request("POST", self._users, body)

    def patch(self, account_id: str, body: bytes) -> Awaitable[Outcome]:
        """PATCH one user; with others that come at the same time, where the target takes bulk requests."""
        if self._gathered is None:
            return self._about("PATCH", account_id, body)
        try:
            return self._gathered.add(BulkWrite("PATCH", self._addresses.user_path(account_id), body))
        except CannotBeAddressed as refusal:
            return not_made(str(refusal))

    def replace(self, account_id: str, body: bytes, if_match: str | None = None) -> Awaitable[Outcome]:
        """PUT one user, whole; if it is of that version still, where one is given."""
        return self._about("PUT", account_id, body, if_match)

    def delete(self, account_id: str) -> Awaitable[Outcome]:
        """DELETE one user."""
        return self._about("DELETE", account_id)

    def read(self, account_id: str) -> Awaitable[Outcome]:
        """GET one user by id."""
        return self._about("GET", account_id)

    def find(self, attribute: str, value: Literal) -> Awaitable[Outcome]:
        """GET the users whose attribute equals a value."""
        return self._request("GET", URL(self._addresses.find(attribute, value), encoded=True))

    def page(self, start_index: int, count: int) -> Awaitable[Outcome]:
        """GET one page of all users."""
        return self._request("GET", URL(self._addresses.page(start_index, count), encoded=True))

    def page_at(self, cursor: str, count: int) -> Awaitable[Outcome]:
        """GET the page of all users that a cursor names; the empty one names the first."""
        return self._request("GET", URL(self._addresses.page_at(cursor, count), encoded=True))

    def everything(self) -> Awaitable[Outcome]:
        """GET all users at once."""
        return self._request("GET", self._users)

    def _send_bulk(self, body: bytes) -> Awaitable[Outcome]:
        return self._request("POST", self._bulk, body)

    def _write_alone(self, write: BulkWrite) -> Awaitable[Outcome]:
        return self._request(write.method, URL(self._addresses.behind(write.path), encoded=True), write.data)

    def _about(
        self, method: str, account_id: str, body: bytes | None = None, if_match: str | None = None
    ) -> Awaitable[Outcome]:
        try:
            address = self._addresses.user(account_id)
        except CannotBeAddressed as refusal:
            return not_made(str(refusal))
        return self._request(method, URL(address, encoded=True), body, if_match)

    async def _request(self, method: str, url: URL, body: bytes | None = None, if_match: str | None = None) -> Outcome:
        """Send one request; while the target answers that it is too busy, wait as it says and send it again."""
        repeat = 0
        while True:
            await self._slots.acquire()
            try:
                if not self._pace.is_free:
                    await self._pace.wait()
                if self._is_shut or (self._may_send is not None and not self._may_send()):
                    return NotSent("nothing more is sent")
                outcome = await self._send(method, url, body, if_match)
            finally:
                self._slots.release()
            if not looks_wrong(outcome):
                self._pace.count_taken()
                return outcome
            self.failed_requests.append(failed_request(self._clock(), method, str(url), outcome))
            if type(outcome) is not Answer or not _is_throttled(outcome):
                return outcome
            seconds = outcome.retry_after_seconds
            if seconds is None:
                seconds = WITHOUT_A_WORD_SECONDS * 2**repeat
            repeat += 1
            if seconds > LONGEST_WAIT_SECONDS or repeat == _MOST_REPEATS:
                return _throttled(outcome)
            self._pace.keep_quiet(seconds)

    async def _send(self, method: str, url: URL, body: bytes | None, if_match: str | None) -> Outcome:
        self.requests[method] += 1
        try:
            headers = None if if_match is None else {"If-Match": if_match}
            with self._limit:
                response = await self._session.request(method, url, data=body, headers=headers, allow_redirects=False)
                try:
                    body_read = await read_capped(response)
                finally:
                    response.release()  # what was not read closes its connection
            return self._without_secret(_answer(response, body_read))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            return NotSent(_in_words(error))
        except NotRead as error:
            return NoAnswer(str(error), error.code)
        except TimeoutError:
            return NoAnswer("no whole answer came in time")
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            return NoAnswer(_in_words(error), "WebExceptionProtocolError")

    def _without_secret(self, answer: Answer) -> Answer:
        """Whatever repeats the Secret Token: it must not come into any log."""
        for form in self._secret_forms:
            if form.encode() in answer.body or form in answer.content_type or form in answer.location:
                answer = replace(
                    answer,
                    body=answer.body.replace(form.encode(), _HIDDEN.encode()),
                    content_type=answer.content_type.replace(form, _HIDDEN),
                    location=answer.location.replace(form, _HIDDEN),
                )
        return answer


def _forms_of(secret_token: str) -> tuple[str, ...]:
    """The Secret Token as an answer may repeat it: as it is, in JSON, or in an address."""
    forms = (secret_token, secret_token.replace("/", "\\/"), quote(secret_token, safe=""))
    return tuple(dict.fromkeys(form for form in forms if form))


def _answer(response: aiohttp.ClientResponse, body: bytes) -> Answer:
    headers, status = response.headers, response.status
    content_type = headers.get(hdrs.CONTENT_TYPE, "")
    if status < 300:
        return Answer(status, body, content_type)
    asked = headers.get(hdrs.RETRY_AFTER)
    return Answer(
        status=status,
        body=body,
        content_type=content_type,
        retry_after_seconds=retry_after_seconds(asked, datetime.now(UTC)),  # the wait is one of real seconds
        location=headers.get(hdrs.LOCATION, "") if status < 400 else "",
    )


def _is_throttled(answer: Answer) -> bool:
    return answer.status == 429 or (answer.status == 503 and answer.retry_after_seconds is not None)


def _throttled(answer: Answer) -> Answer:
    """The target stays too busy: whatever its status was, the run pauses."""
    return Answer(429, answer.body, answer.content_type, answer.retry_after_seconds)


def _in_words(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"the certificate of {error.host} is not trusted: {error.certificate_error}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"cannot connect to {error.host}:{error.port}: {error.os_error.strerror or error.os_error}"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the connection was closed without an answer"
    return str(error) or type(error).__name__


@asynccontextmanager
async def open_scim_target(
    tenant_url: str,
    secret_token: str,
    concurrency: int,
    timeout_seconds: float,
    requests_per_second: float | None,
    allowed: AllowedTargets,
    dialect: Dialect = ENTRA,
    clock: Clock = system_clock,
    opened_as: Callable[..., ScimTarget] = ScimTarget,
    learned: Learned | None = None,
) -> AsyncIterator[ScimTarget]:
    """Yield the door to one application: certificates verified, no redirect followed, no proxy from the environment.

    `opened_as` makes the door: a ScimTarget, or what does more than it. Raises TenantUrlRefused, also for an address
    that was allowed when it was saved.
    """
    tenant_url = check_tenant_url(tenant_url, allowed)
    session = aiohttp.ClientSession(
        connector=guarded_connector(read_web_address(tenant_url), allowed, concurrency),
        headers={
            "Authorization": f"Bearer {secret_token}",
            "Content-Type": dialect.content_type,
            "Accept": dialect.accept,
            "Accept-Encoding": "identity",
            "User-Agent": "Instep",
        },
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        auto_decompress=False,
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        max_line_size=16_384,
        max_field_size=32_768,
    )
    async with session:
        pace, limit = Pace(requests_per_second, learned), TimeLimit(timeout_seconds)
        target = opened_as(session, tenant_url, secret_token, pace, limit, concurrency, dialect, clock)
        try:
            yield target
        finally:
            await target.end()

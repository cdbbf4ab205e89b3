"""How is a provider asked over HTTP? Encrypted, without redirects, proxies or cookies, in bounded time and size."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from instep.admin.access.by_provider import ProviderFailed

ANSWERS_WITHIN_SECONDS = 10.0
MOST_BYTES = 512 * 1024
_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def check_address(address: object, what: str) -> str:
    """Return an address that may be asked: HTTPS, or on this machine. Raises ProviderFailed."""
    parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK_HOSTS)
    if not is_safe or not parts.hostname or parts.username is not None:
        raise ProviderFailed(f"{what} is no address with https://.")
    return str(address)


async def get_json(address: str) -> Mapping[str, Any]:
    """Return the JSON object at an address. Raises ProviderFailed."""
    return await _ask("GET", address, None, {})


async def post_form(address: str, fields: Mapping[str, str], credentials: tuple[str, str] | None) -> Mapping[str, Any]:
    """Return the JSON object that is answered to a form, sent with HTTP Basic credentials if given.

    Raises ProviderFailed.
    """
    headers = {} if credentials is None else {"Authorization": aiohttp.encode_basic_auth(*credentials)}
    return await _ask("POST", address, fields, headers)


async def _ask(
    method: str, address: str, fields: Mapping[str, str] | None, headers: Mapping[str, str]
) -> Mapping[str, Any]:
    host = urlsplit(address).netloc
    timeout = aiohttp.ClientTimeout(total=ANSWERS_WITHIN_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(
                method, address, data=fields, allow_redirects=False, headers={"Accept": "application/json", **headers}
            ) as response,
        ):
            body = await response.content.read(MOST_BYTES + 1)
            while len(body) <= MOST_BYTES and not response.content.at_eof():
                body += await response.content.read(MOST_BYTES + 1 - len(body))
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise ProviderFailed(f"{host} cannot be reached: {_in_words(error)}") from None
    if len(body) > MOST_BYTES:
        raise ProviderFailed(f"{host} answers with more than {MOST_BYTES} bytes.")
    return _object(body, status, host)


def _object(body: bytes, status: int, host: str) -> Mapping[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    if status != 200:
        error = answer.get("error") if isinstance(answer, dict) else None
        said = f" ({error})" if isinstance(error, str) and error.isascii() and len(error) < 100 else ""
        raise ProviderFailed(f"{host} answers HTTP {status}{said}.")
    if not isinstance(answer, dict):
        raise ProviderFailed(f"{host} does not answer with a JSON object.")
    return answer


def _in_words(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__

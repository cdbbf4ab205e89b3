"""How is a provider asked over HTTP? Encrypted, without redirects, proxies or cookies, in bounded time and size."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from instep.admin.access.by_provider import ProviderFailed
from instep.connectors.outbound.allowed_targets import AllowedTargets
from instep.connectors.outbound.connecting import guarded_connector
from instep.connectors.outbound.web_addresses import AddressRefused, check_web_address, read_web_address

ANSWERS_WITHIN_SECONDS = 10.0
MOST_BYTES = 512 * 1024


def provider_targets(issuer: str, allowed: AllowedTargets) -> AllowedTargets:
    """Return what may be asked of a provider: where its issuer is, and what else is allowed. Raises ProviderFailed.

    The issuer is a setting of whoever runs Instep, often of an inner network; what its metadata names is not.
    """
    try:
        return allowed.beside(read_web_address(issuer).host)
    except AddressRefused as reason:
        raise ProviderFailed(f"The issuer (INSTEP_OIDC_ISSUER) {reason}") from None


def check_address(address: object, what: str, allowed: AllowedTargets) -> str:
    """Return an address that may be asked: HTTPS, or on this machine. Raises ProviderFailed."""
    text = address if isinstance(address, str) else ""
    try:
        check_web_address(text, allowed)
    except AddressRefused as reason:
        raise ProviderFailed(f"{what} {reason}") from None
    return text


def check_page(address: object, what: str) -> str:
    """Return an address that a browser may be sent to: HTTPS, or on this machine. Raises ProviderFailed."""
    text = address if isinstance(address, str) else ""
    try:
        read_web_address(text)
    except AddressRefused as reason:
        raise ProviderFailed(f"{what} {reason}") from None
    return text


async def get_json(address: str, allowed: AllowedTargets) -> Mapping[str, Any]:
    """Return the JSON object at an address that was checked. Raises ProviderFailed."""
    return await _ask("GET", address, allowed, None, {})


async def post_form(
    address: str, allowed: AllowedTargets, fields: Mapping[str, str], credentials: tuple[str, str] | None
) -> Mapping[str, Any]:
    """Return the JSON object that is answered to a form, sent with HTTP Basic credentials if given.

    Raises ProviderFailed.
    """
    headers = {} if credentials is None else {"Authorization": aiohttp.encode_basic_auth(*credentials)}
    return await _ask("POST", address, allowed, fields, headers)


async def _ask(
    method: str,
    address: str,
    allowed: AllowedTargets,
    fields: Mapping[str, str] | None,
    headers: Mapping[str, str],
) -> Mapping[str, Any]:
    host = urlsplit(address).netloc
    timeout = aiohttp.ClientTimeout(total=ANSWERS_WITHIN_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(
                connector=guarded_connector(read_web_address(address), allowed, 1),
                timeout=timeout,
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            ) as session,
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

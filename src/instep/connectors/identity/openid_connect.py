"""How does somebody sign in at an OpenID Connect provider? The authorization code flow, with PKCE, state and nonce."""

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from joserfc.jwk import KeySet

from instep.admin.access.by_provider import Claims, Errand, ProviderFailed
from instep.clock import Clock
from instep.connectors.identity.endpoints import (
    check_address,
    check_page,
    get_json,
    post_form,
    provider_targets,
)
from instep.connectors.identity.id_tokens import UnknownKey, read_id_token, read_keys
from instep.connectors.outbound.allowed_targets import AllowedTargets

_KEPT_FOR = timedelta(hours=1)
_SCOPES = "openid email profile"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a provider publishes about itself (OpenID Connect Discovery 1.0)."""

    authorization: str
    token: str
    keys_at: str
    allowed: AllowedTargets
    takes_basic: bool
    read_at: datetime


class OpenIdProvider:
    """instep.admin.access.by_provider.Provider over HTTP; what it publishes is kept for an hour."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        name: str,
        clock: Clock,
        allowed: AllowedTargets,
    ) -> None:
        self.issuer = issuer.strip()
        self.name = name or urlsplit(self.issuer).hostname or self.issuer
        self._client_id, self._client_secret, self._clock = client_id, client_secret, clock
        self._allowed = allowed
        self._metadata: Metadata | None = None
        self._keys: KeySet | None = None
        self._lock = asyncio.Lock()

    async def address(self, errand: Errand) -> str:
        """Return where a browser is sent to sign in. Raises ProviderFailed."""
        return await self._address(errand, {})

    async def address_to_confirm(self, errand: Errand) -> str:
        """Return where a browser is sent to sign in anew; the ID token then tells when (auth_time). Likewise."""
        return await self._address(errand, {"prompt": "login", "max_age": "0"})

    async def claims(self, errand: Errand, code: str) -> Claims:
        """Return who has come back with a code. Raises ProviderFailed."""
        metadata = await self._published()
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": errand.redirect_uri,
            "code_verifier": errand.verifier,
        }
        answer = await self._post(metadata, fields)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderFailed("The provider gives no ID token.")
        try:
            return self._read(token, errand.nonce, await self._key_set(metadata))
        except UnknownKey:
            self._keys = None  # it signs with another key by now
        try:
            return self._read(token, errand.nonce, await self._key_set(metadata))
        except UnknownKey:
            raise ProviderFailed("The ID token is signed with a key that the provider does not publish.") from None

    async def _post(self, metadata: Metadata, fields: Mapping[str, str]) -> Mapping[str, Any]:
        """By HTTP Basic where that is taken, which is the default; a client without a secret only names itself."""
        if self._client_secret is None:
            return await post_form(metadata.token, metadata.allowed, {**fields, "client_id": self._client_id}, None)
        if metadata.takes_basic:
            return await post_form(
                metadata.token, metadata.allowed, fields, (_encoded(self._client_id), _encoded(self._client_secret))
            )
        credentials = {"client_id": self._client_id, "client_secret": self._client_secret}
        return await post_form(metadata.token, metadata.allowed, {**fields, **credentials}, None)

    async def _address(self, errand: Errand, more: Mapping[str, str]) -> str:
        metadata = await self._published()
        digest = hashlib.sha256(errand.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": errand.redirect_uri,
            "scope": _SCOPES,
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **more,
        }
        return f"{metadata.authorization}{'&' if '?' in metadata.authorization else '?'}{urlencode(query)}"

    async def _published(self) -> Metadata:
        async with self._lock:
            if self._metadata is None or self._clock() - self._metadata.read_at >= _KEPT_FOR:
                self._metadata, self._keys = await self._discover(), None
            return self._metadata

    async def _discover(self) -> Metadata:
        allowed = provider_targets(self.issuer, self._allowed)
        issuer = check_address(self.issuer, "The issuer (INSTEP_OIDC_ISSUER)", allowed)
        document = await get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration", allowed)
        if document.get("issuer") != self.issuer:
            raise ProviderFailed(f"What is published at {issuer} is of another issuer; check INSTEP_OIDC_ISSUER.")
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Metadata(
            check_page(document.get("authorization_endpoint"), "The provider's authorization_endpoint"),
            check_address(document.get("token_endpoint"), "The provider's token_endpoint", allowed),
            check_address(document.get("jwks_uri"), "The provider's jwks_uri", allowed),
            allowed,
            not isinstance(methods, list) or "client_secret_basic" in methods,
            self._clock(),
        )

    async def _key_set(self, metadata: Metadata) -> KeySet:
        if self._keys is None:
            self._keys = read_keys(await get_json(metadata.keys_at, metadata.allowed))
        return self._keys

    def _read(self, token: str, nonce: str, keys: KeySet) -> Claims:
        return read_id_token(token, keys, self.issuer, self._client_id, nonce, self._clock)


def _encoded(text: str) -> str:
    """As RFC 6749, 2.3.1 wants it before HTTP Basic."""
    return urlencode({"": text})[1:]

"""Is an ID token to be believed, and what does it say? (OpenID Connect Core 1.0, section 3.1.3.7)"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from instep.access.administrators import Subject
from instep.admin.access.by_provider import Claims, ProviderFailed
from instep.clock import Clock

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures alone: no `none`, and nothing that would take a public key, or our secret, for a key to sign with."""
_LEEWAY_SECONDS = 60
_LONGEST_SUBJECT = 255


class UnknownKey(Exception):
    """No key of the set has signed it: the provider may have another one by now."""


def read_keys(document: Mapping[str, Any]) -> KeySet:
    """Return the keys of a JWKS; those of a kind that is not known here are passed over. Raises ProviderFailed."""
    keys = document.get("keys")
    known = [key for key in keys if _is_key(key)] if isinstance(keys, list) else []
    try:
        return KeySet.import_key_set({"keys": known})
    except (JoseError, ValueError, TypeError, KeyError):
        raise ProviderFailed("The keys of the provider cannot be read.") from None


def read_id_token(token: str, keys: KeySet, issuer: str, client_id: str, nonce: str, clock: Clock) -> Claims:
    """Return what a token says, once all is verified that has to be. Raises ProviderFailed, UnknownKey."""
    try:
        signed = jwt.decode(token, keys, algorithms=ALGORITHMS)
    except InvalidKeyIdError as error:
        raise UnknownKey from error
    except (JoseError, ValueError) as error:
        raise ProviderFailed(f"The ID token is not signed as it should be: {error}") from None
    now = int(clock().timestamp())
    registry = jwt.JWTClaimsRegistry(
        now=now,
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        registry.validate(signed.claims)
    except JoseError as error:
        raise ProviderFailed(f"The ID token is not to be believed: {error}") from None
    return _claims(signed.claims, issuer, client_id)


def _claims(claims: Mapping[str, Any], issuer: str, client_id: str) -> Claims:
    audience, party = claims["aud"], claims.get("azp")
    is_for_others_too = isinstance(audience, list) and len(audience) > 1
    if (is_for_others_too and party is None) or (party is not None and party != client_id):
        raise ProviderFailed("The ID token is for another application (azp).")
    subject = claims["sub"]
    if not subject or len(subject) > _LONGEST_SUBJECT:
        raise ProviderFailed("The ID token names nobody (sub).")
    email, at = claims.get("email"), claims.get("auth_time")
    is_verified = claims.get("email_verified") is True and isinstance(email, str)
    return Claims(Subject(issuer, subject), str(email) if is_verified else "", _moment(at))


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _is_key(key: object) -> bool:
    return isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"

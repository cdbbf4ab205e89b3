"""How is what is set up for single sign-on read from a document? Its certificates that sign are in none."""

from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from instep.admin.configuration.problems import Reading
from instep.admin.sign_on.setting_up import checked_whole
from instep.rules.claims import DEFAULT_RULES, Claim, ClaimRules
from instep.sign_on.configuration import LogoutMethod, SamlConfiguration, SigningOption, SignOnRefused

_TEXTS = ("sign_on_url", "relay_state", "logout_url")
_KNOWN = frozenset(
    {
        "identifier",
        "reply_urls",
        "name_id",
        "claims",
        "signing_option",
        "request_certificates",
        "logout_method",
        *_TEXTS,
    }
)

E = TypeVar("E", bound=StrEnum)


def read_single_sign_on(reading: Reading, document: object, place: str) -> SamlConfiguration | None:
    """Return what a document says, as instep.sign_on.documents wrote it; None where it says nothing, or is wrong."""
    if document is None:
        return None
    if not isinstance(document, dict):
        reading.wrong(place, "An object is expected, or null where single sign-on is not set up.")
        return None
    before = len(reading.problems)
    reading.known_keys(document, _KNOWN, place)

    def text(name: str) -> str:
        return reading.of_type(document, name, str, "", place)

    found = SamlConfiguration(
        text("identifier"),
        reading.texts(document, "reply_urls", [], place),
        sign_on_url=text("sign_on_url"),
        relay_state=text("relay_state"),
        logout_url=text("logout_url"),
        rules=_rules(reading, document, place),
        request_certificates=reading.texts(document, "request_certificates", [], place),
    )
    option = _one_of(reading, document, "signing_option", SigningOption.ASSERTION, place)
    method = _one_of(reading, document, "logout_method", LogoutMethod.HTTP_REDIRECT, place)
    if len(reading.problems) > before:
        return None
    try:
        return checked_whole(replace(found, signing_option=option, logout_method=method))
    except SignOnRefused as refused:
        reading.wrong(f"{place}.{_PLACES.get(refused.field, refused.field)}", str(refused))
        return None


_PLACES = {"name_id_source": "name_id.source", "name_id_format": "name_id.format"}


def _one_of(reading: Reading, document: dict[str, Any], key: str, otherwise: E, place: str) -> E:
    """Return what is said by one of a few words, or what holds where nothing is said."""
    kind, word = type(otherwise), document.get(key, otherwise.value)
    if isinstance(word, str) and word in {each.value for each in kind}:
        return kind(word)
    reading.wrong(f"{place}.{key}", f"One of these is expected: {', '.join(kind)}.")
    return otherwise


def _rules(reading: Reading, document: dict[str, Any], place: str) -> ClaimRules:
    name_id = reading.of_type(document, "name_id", dict, {}, place)
    reading.known_keys(name_id, frozenset({"source", "format"}), f"{place}.name_id")
    claims = []
    for number, row in enumerate(reading.of_type(document, "claims", list, [], place)):
        at = f"{place}.claims[{number}]"
        if not isinstance(row, dict):
            reading.wrong(at, "A claim is an object with a name and a source.")
            continue
        reading.known_keys(row, frozenset({"name", "source"}), at)
        claims.append(Claim(*(reading.of_type(row, key, str, "", at) for key in ("name", "source"))))
    return ClaimRules(
        reading.of_type(name_id, "source", str, DEFAULT_RULES.name_id_source, f"{place}.name_id"),
        reading.of_type(name_id, "format", str, DEFAULT_RULES.name_id_format, f"{place}.name_id"),
        tuple(claims) if "claims" in document else DEFAULT_RULES.claims,
    )

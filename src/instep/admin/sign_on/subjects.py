"""By which name does an application know somebody: a value of theirs, or one that was drawn for it (core, 8.3)?"""

import secrets
from dataclasses import dataclass, replace

from instep.admin.sign_on.entitlement import Entitled
from instep.admin.sign_on.ports import SignOn
from instep.admin.sign_on.setting_up import find_attribute
from instep.directory.applications import App
from instep.rules.claims import ClaimFails, ClaimRules, Given, give_claims
from instep.saml.assertion import NameId
from instep.saml.names import NameIdFormat
from instep.sign_on.configuration import SamlConfiguration

DRAWN = "(drawn when somebody signs in)"
_RANDOM_BYTES = 20


@dataclass(frozen=True, slots=True)
class NameNotGiven:
    """The application has asked for a format in which nobody has a name here."""

    asked_format: str


def given_to(
    sign_on: SignOn, app: App, configuration: SamlConfiguration, asked_format: str, entitled: Entitled
) -> tuple[NameId, Given] | ClaimFails | NameNotGiven:
    """Return what somebody is called at an application, with their claims.

    `asked_format` is that of a request, "" for none. As in Entra, *unspecified* gets what was set up, and *persistent*
    and *transient* an opaque name: one that is kept, and one that is drawn each time.
    """
    rules = _rules(configuration.rules, asked_format)
    if rules is None:
        return NameNotGiven(asked_format[:200])
    given = give_claims(rules, find_attribute, entitled.source, entitled.context)
    if isinstance(given, ClaimFails):
        return given
    if rules.name_id_source:
        is_another = rules.name_id_format != configuration.rules.name_id_format
        if is_another and not _is_address(given.name_id):
            return NameNotGiven(asked_format[:200])
        return NameId(given.name_id, rules.name_id_format), given
    drawn = f"_{secrets.token_hex(_RANDOM_BYTES)}"
    if rules.name_id_format == NameIdFormat.PERSISTENT:
        drawn = sign_on.kept.pseudonym(app.id, entitled.user_id, drawn)
    return NameId(drawn, rules.name_id_format), given


def shown_to(configuration: SamlConfiguration, entitled: Entitled) -> tuple[NameId, Given] | ClaimFails:
    """Return what would be told of somebody; nothing is drawn for being looked at."""
    rules = _as_set_up(configuration.rules)
    given = give_claims(rules, find_attribute, entitled.source, entitled.context)
    if isinstance(given, ClaimFails):
        return given
    name = given.name_id if rules.name_id_source else DRAWN
    return NameId(name, rules.name_id_format), replace(given, name_id=name)


def _rules(rules: ClaimRules, asked_format: str) -> ClaimRules | None:
    """The rules with the format that is asked for, where it can be given; without a source the name is drawn."""
    if asked_format in ("", NameIdFormat.UNSPECIFIED, rules.name_id_format):
        return _as_set_up(rules)
    if asked_format in (NameIdFormat.PERSISTENT, NameIdFormat.TRANSIENT):
        return replace(rules, name_id_source="", name_id_format=asked_format)
    if asked_format == NameIdFormat.EMAIL_ADDRESS and rules.name_id_source:
        return replace(rules, name_id_format=asked_format)
    return None


def _as_set_up(rules: ClaimRules) -> ClaimRules:
    return replace(rules, name_id_source="") if rules.name_id_format == NameIdFormat.TRANSIENT else rules


def _is_address(text: str) -> bool:
    name, at, domain = text.rpartition("@")
    return bool(name and at and domain) and not any(map(str.isspace, text))

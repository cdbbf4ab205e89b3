"""Which rules does Proxyclick have for its users, beyond those of SCIM (spec/proxyclick.md, 1.2)?"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from instep.scim.errors import InvalidValue
from instep.scim.values import fold
from proxyclick.people.keys import is_work, work_email
from proxyclick.people.tenant_settings import EmailRule

User = dict[str, Any]

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_SEPARATORS = re.compile(r"[\s().\-/]|^tel:", re.ASCII)
_REQUIRED_NAMES = ("givenName", "familyName")
_RULED = ("userName", "emails", "name", "phoneNumbers")  # what the rules are about: whoever keeps these has kept them


class Rules(Protocol):
    """What a tenant makes of a user that SCIM finds in order; both raise InvalidValue where it refuses."""

    def created(self, user: User) -> User:
        """The user as it is kept, for one that is new."""

    def changed(self, before: Mapping[str, Any], after: User) -> User:
        """The user as it is kept, after a change."""


class RulesAsSet:
    """The rules that the setting of the moment asks for."""

    def __init__(self, email_rule: Callable[[], EmailRule]) -> None:
        self._email_rule = email_rule
        self._rules = {rule: ProxyclickRules(rule) for rule in EmailRule}

    def created(self, user: User) -> User:
        """As those rules say."""
        return self._rules[self._email_rule()].created(user)

    def changed(self, before: Mapping[str, Any], after: User) -> User:
        """As those rules say."""
        return self._rules[self._email_rule()].changed(before, after)


class RfcRules:
    """No rules beyond SCIM's."""

    def created(self, user: User) -> User:
        """The user as it is."""
        return user

    def changed(self, before: Mapping[str, Any], after: User) -> User:
        """The user as it is."""
        return after


class ProxyclickRules:
    """userName and work e-mail are one value; first and last name are needed; phones are in E.164 or blank."""

    def __init__(self, email_rule: EmailRule = EmailRule.REFUSE) -> None:
        self._email_rule = email_rule

    def created(self, user: User) -> User:
        """With two different values there is no telling which is meant, so that is refused, or the e-mail holds."""
        user = _with_typed_email(user)
        if self._email_rule is EmailRule.APART:
            return _checked(user)
        name, address = user["userName"], work_email(user)
        if address is None or fold(address) == fold(name):
            return _checked_address(_with_one_value(user, name))
        return _checked_address(_with_one_value(user, self._one_of(name, address)))

    def changed(self, before: Mapping[str, Any], after: User) -> User:
        """A change of either value changes the other; a work e-mail that was taken away comes back."""
        if all(before.get(name) == after.get(name) for name in _RULED):
            return after
        after = _with_typed_email(after)
        if self._email_rule is EmailRule.APART:
            return _checked(after)
        name, address = after["userName"], work_email(after)
        name_changed = name != before["userName"]
        address_changed = address is not None and address != work_email(before)
        if address is None or not address_changed:
            return _checked_address(_with_one_value(after, name))
        if name_changed:
            address = name if fold(name) == fold(address) else self._one_of(name, address)
        return _checked_address(_with_one_value(after, address))

    def _one_of(self, name: str, address: str) -> str:
        if self._email_rule is EmailRule.FOLLOW:
            return address
        raise _two_values(name, address)


def is_email(text: str) -> bool:
    """Whether a text may be an e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether a text is a number in E.164, apart from spaces and the like."""
    return (_E164.fullmatch(text) or _E164.fullmatch(_SEPARATORS.sub("", text))) is not None


def _two_values(name: str, address: str) -> InvalidValue:
    return InvalidValue(
        f"userName is {name!r}, the work e-mail {address!r}: in Proxyclick they are one value. Send the same in both."
    )


def _with_typed_email(user: User) -> User:
    """Without one of type work, an e-mail without any type is taken for it."""
    emails = user.get("emails", [])
    if any(map(is_work, emails)):
        return user
    untyped = next((index for index, email in enumerate(emails) if "type" not in email and "value" in email), None)
    if untyped is None:
        return user
    typed = [{**email, "type": "work"} if index == untyped else email for index, email in enumerate(emails)]
    return {**user, "emails": typed}


def _with_one_value(user: User, one: str) -> User:
    """The user with this value in both places; a second e-mail of type work gives way."""
    emails = user.get("emails", [])
    place = next((index for index, email in enumerate(emails) if is_work(email)), None)
    if place is None:
        primary = {} if any(email.get("primary") for email in emails) else {"primary": True}
        return {**user, "userName": one, "emails": [*emails, {"type": "work", **primary, "value": one}]}
    if user["userName"] == one == emails[place].get("value") and sum(map(is_work, emails)) == 1:
        return user
    others = [(index, email) for index, email in enumerate(emails) if index == place or not is_work(email)]
    kept = [{**email, "value": one} if index == place else email for index, email in others]
    return {**user, "userName": one, "emails": kept}


def _checked_address(user: User) -> User:
    if not is_email(user["userName"]):
        raise InvalidValue(
            f"userName {user['userName']!r} is no e-mail address: in Proxyclick people sign in with theirs."
        )
    return _checked(user)


def _checked(user: User) -> User:
    names = user.get("name", {})
    missing = [name for name in _REQUIRED_NAMES if not names.get(name, "").strip()]
    if missing:
        listed = " and ".join(f"name.{name}" for name in missing)
        raise InvalidValue(f"{user['userName']} lacks {listed}: Proxyclick needs a first and a last name.")
    return _with_valid_phones(user)


def phones_left_blank(sent: Mapping[str, Any], kept: Mapping[str, Any]) -> list[str]:
    """The phone numbers that were sent and are not kept."""
    before, after = sent.get("phoneNumbers", ()), kept.get("phoneNumbers", ())
    if before == after:
        return []
    values = {phone.get("value") for phone in after}
    return [str(phone["value"]) for phone in before if "value" in phone and phone["value"] not in values]


def _with_valid_phones(user: User) -> User:
    """A number that is not in E.164 is left blank; one that is stays as it was written, spaces and all."""
    if "phoneNumbers" not in user:
        return user
    valid = [phone for phone in user["phoneNumbers"] if is_phone(phone.get("value", ""))]
    if len(valid) == len(user["phoneNumbers"]):
        return user
    others = {name: value for name, value in user.items() if name != "phoneNumbers"}
    return {**others, "phoneNumbers": valid} if valid else others

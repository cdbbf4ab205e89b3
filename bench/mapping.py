"""What does the whole mapping of the custom SCIM application cost beside a Python function that does the same by hand?

Both map the same users, in turn, in one process; their results are compared first. CPU time, so that others on the
machine do not count.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from instep.gallery.templates import load_template
from instep.rules.mapping.expressions import Context
from instep.rules.mapping.source_values import source_values
from instep.rules.mapping.wanted import compile_mappings
from instep.rules.scoping.standing import Cause, Standing
from instep.rules.source_user import Presence, SourceUser

USERS = 5_000
PAIRS = 15
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:"

Source = Mapping[str, Any]


def by_hand(source: Source) -> dict[str, Any]:
    """The 22 rows as somebody would write them who knows that they never change."""
    values: dict[str, Any] = {}
    if (value := source.get("userPrincipalName")) is not None:
        values["userName"] = value
    values["active"] = not source["IsSoftDeleted"]
    if (value := source.get("displayName")) is not None:
        values["displayName"] = value
    if (value := source.get("jobTitle")) is not None:
        values["title"] = value
    if (value := source.get("mail")) is not None:
        values['emails[type eq "work"].value'] = value
    if (value := source.get("preferredLanguage")) is not None:
        values["preferredLanguage"] = value
    given, family = source.get("givenName"), source.get("surname")
    if given is not None:
        values["name.givenName"] = given
    if family is not None:
        values["name.familyName"] = family
    values["name.formatted"] = " ".join(part for part in (given, family) if part)
    if (value := source.get("physicalDeliveryOfficeName")) is not None:
        values['addresses[type eq "work"].formatted'] = value
    if (value := source.get("streetAddress")) is not None:
        values['addresses[type eq "work"].streetAddress'] = value
    if (value := source.get("city")) is not None:
        values['addresses[type eq "work"].locality'] = value
    if (value := source.get("state")) is not None:
        values['addresses[type eq "work"].region'] = value
    if (value := source.get("postalCode")) is not None:
        values['addresses[type eq "work"].postalCode'] = value
    if (value := source.get("country")) is not None:
        values['addresses[type eq "work"].country'] = value
    if (value := source.get("telephoneNumber")) is not None:
        values['phoneNumbers[type eq "work"].value'] = value
    if (value := source.get("mobile")) is not None:
        values['phoneNumbers[type eq "mobile"].value'] = value
    if (value := source.get("facsimileTelephoneNumber")) is not None:
        values['phoneNumbers[type eq "fax"].value'] = value
    if (value := source.get("mailNickname")) is not None:
        values["externalId"] = value
    if (value := source.get("employeeId")) is not None:
        values[f"{ENTERPRISE}employeeNumber"] = value
    if (value := source.get("department")) is not None:
        values[f"{ENTERPRISE}department"] = value
    if (value := source.get("manager")) is not None:
        values[f"{ENTERPRISE}manager"] = value
    return values


def main() -> None:
    """Print the microseconds a user of both ways, and the median of the ratios of paired runs."""
    template = load_template("custom-scim")
    mappings = compile_mappings(template.user_mappings, template.target_attributes)
    context = Context(datetime(2026, 3, 2, tzinfo=UTC), "seed")
    sources = [_source(number) for number in range(USERS)]

    def compiled(source: Source) -> dict[str, Any]:
        return mappings.wanted(source, context)

    for source in sources:
        assert compiled(source) == by_hand(source), source
    assert len(mappings.targets) == 22
    pairs = [(_microseconds(by_hand, sources), _microseconds(compiled, sources)) for _ in range(PAIRS)]
    ratios = sorted(ours / theirs for theirs, ours in pairs)
    theirs, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"The mapping of the custom SCIM application, {len(mappings.targets)} rows, {USERS:,} users, {PAIRS} pairs:")
    print(f"  by hand   {theirs:5.2f} us a user")
    print(f"  compiled  {ours:5.2f} us a user")
    print(f"  ratio     {statistics.median(ratios):5.2f} (median; {ratios[0]:.2f} to {ratios[-1]:.2f}), the aim is 2.5")


def _microseconds(function: Callable[[Source], object], sources: list[Source]) -> float:
    began = time.process_time()
    for source in sources:
        function(source)
    return (time.process_time() - began) / len(sources) * 1e6


def _source(number: int) -> Source:
    """A user of a directory; some are disabled, some have no mobile, fax, or state."""
    attributes: dict[str, Any] = {
        "userPrincipalName": f"user{number}@corp.example",
        "displayName": f"Ada {number}",
        "jobTitle": "Engineer",
        "mail": f"user{number}@corp.example",
        "preferredLanguage": "en-GB",
        "givenName": "Ada",
        "surname": f"Example {number}",
        "physicalDeliveryOfficeName": "12/3",
        "streetAddress": f"{number} High Street",
        "city": "London",
        "postalCode": "N1",
        "country": "GB",
        "telephoneNumber": f"+44 {number}",
        "mailNickname": f"user{number}",
        "employeeId": f"{number:07}",
        "department": "Research",
        "accountEnabled": number % 20 != 0,
    }
    if number % 2:
        attributes["mobile"] = f"+44 7{number}"
    if number % 5 == 0:
        attributes["facsimileTelephoneNumber"] = f"+44 9{number}"
    if number % 3:
        attributes["state"] = "England"
    user = SourceUser(f"u{number}", Presence.LIVE, attributes, "m1", (), has_default_access=False)
    standing = Standing(None if attributes["accountEnabled"] else Cause.DISABLED)
    return source_values(user, standing, f"account-{number // 10}")

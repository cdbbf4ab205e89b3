"""What does a user of the directory look like in SCIM, and which values does a SCIM resource give?"""

from collections.abc import Mapping, Sequence
from typing import Any

from instep.directory.attributes import MANAGER, AttributeValue
from instep.directory.users import User
from instep.inbound.attributes import CORE, ENTERPRISE, FURTHER, INSTEP_USER_URN, NAME, SLOTS, Slot
from instep.inbound.schemas import USERS
from instep.scim.messages import ENTERPRISE_USER_URN
from instep.scim.values import fold

Resource = dict[str, Any]
Values = dict[str, object]
_NAME, _ENABLED, _DISPLAY_NAME = "userPrincipalName", "accountEnabled", "displayName"


def resource_of(user: User, manager: User | None) -> Resource:
    """Return a user in SCIM, without `meta`; a manager who is deleted is nobody."""
    has = user.attributes
    resource: Resource = {"id": user.id} | _said(CORE, has)
    resource |= _unless_empty("name", _said(NAME, has))
    for name, slots in SLOTS.items():
        resource |= _unless_empty(name, [element for slot in slots for element in _elements(slot, has)])
    enterprise = _said(ENTERPRISE, has)
    if manager is not None and manager.deleted_at is None:
        enterprise["manager"] = {"value": manager.id}
    resource |= _unless_empty(ENTERPRISE_USER_URN, enterprise)
    resource |= _unless_empty(INSTEP_USER_URN, _said({each.name: each.name for each in FURTHER}, has))
    return {"schemas": USERS.urns_in_use(resource), **resource}


def values_of(resource: Mapping[str, Any]) -> Values:
    """Return the value that a resource gives each source attribute; None where it gives none.

    A displayName is made of the name where there is none, as the directory needs one; `manager` is as it was written.
    """
    values: Values = {source: resource.get(name) for name, source in CORE.items()}
    name = resource.get("name") or {}
    values |= {source: name.get(part) for part, source in NAME.items()}
    for attribute, slots in SLOTS.items():
        values |= _of_slots(slots, resource.get(attribute) or [])
    enterprise = resource.get(ENTERPRISE_USER_URN) or {}
    values |= {source: enterprise.get(part) for part, source in ENTERPRISE.items()}
    values[MANAGER] = (enterprise.get("manager") or {}).get("value")
    further = resource.get(INSTEP_USER_URN) or {}
    values |= {each.name: further.get(each.name) for each in FURTHER}
    if values[_DISPLAY_NAME] is None:
        full = " ".join(str(part) for part in (name.get("givenName"), name.get("familyName")) if part)
        values[_DISPLAY_NAME] = name.get("formatted") or full or values[_NAME]
    return values


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Values:
    """Return the values that another state of a resource gives otherwise.

    What SCIM cannot say stays as it is, and so does `active` where it is not said: nobody is enabled or disabled by
    silence.
    """
    old, new = values_of(before), values_of(after)
    changed = {name: value for name, value in new.items() if value != old[name]}
    if changed.get(_ENABLED, True) is None:
        del changed[_ENABLED]
    return changed


def _said(names: Mapping[str, str], has: Mapping[str, AttributeValue]) -> Resource:
    found = ((name, has.get(source)) for name, source in names.items())
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in found if value not in (None, "", ())
    }


def _elements(slot: Slot, has: Mapping[str, AttributeValue]) -> list[Resource]:
    said = _said(slot.sources, has)
    labels: Resource = {"type": slot.type} | ({"primary": True} if slot.is_primary else {})
    if not said:
        return []
    if slot.is_many:
        return [{"value": each} | labels for each in said["value"]]
    return [said | labels]


def _of_slots(slots: Sequence[Slot], elements: Sequence[Mapping[str, Any]]) -> Values:
    """The first slot takes the element of its type, else the primary one, else one without a type."""
    first, *others = slots
    left = [each for each in elements if any(each.get(sub) for slot in slots for sub in slot.sources)]
    chosen = next((each for is_wanted in _preferences(first) for each in left if is_wanted(each)), None)
    values: Values = {source: (chosen or {}).get(sub) for sub, source in first.sources.items()}
    left = [each for each in left if each is not chosen]
    for slot in others:
        of_type = [each for each in left if fold(str(each.get("type", ""))) == slot.type]
        source = slot.sources["value"]
        if slot.is_many:
            values[source] = [each["value"] for each in of_type] or None
        else:
            values[source] = of_type[0]["value"] if of_type else None
    return values


def _preferences(slot: Slot) -> list[Any]:
    return [
        lambda each: fold(str(each.get("type", ""))) == slot.type,
        lambda each: each.get("primary") is True and slot.is_primary,
        lambda each: "type" not in each,
    ]


def _unless_empty(name: str, value: Resource | list[Resource]) -> Resource:
    return {name: value} if value else {}

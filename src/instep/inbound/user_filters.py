"""What does a filter ask of the source attributes of users?"""

from typing import Final

from instep.directory.attributes import CATALOGUE, MANAGER, AttributeType
from instep.inbound.attributes import NAME, SINGLE, SLOTS, Slot
from instep.inbound.filters import NOBODY, Asking, Term, has_value, translated
from instep.inbound.schemas import UNDERSTOOD_USERS
from instep.odata.conditions import And, Condition, Lambda, Or, Path
from instep.scim import syntax as scim
from instep.scim.definitions import Attribute
from instep.scim.schemas import Target

_EACH: Final = "each"  # one value of a source attribute that has several


def _asked_of(target: Target, path: scim.Path, term: Term) -> Condition:
    attribute, sub = target.attribute, target.sub_attribute
    if attribute is None:
        return NOBODY
    if target.extension is None and attribute.name in SLOTS:
        of_each = tuple(_of_slot(slot, attribute, sub, path.value_filter, term) for slot in SLOTS[attribute.name])
        return Or(of_each) if len(of_each) > 1 else of_each[0]
    if attribute.name == "name" and sub is None:
        return Or(tuple(has_value(Path((source,))) for source in NAME.values()))
    if attribute.name == MANAGER and sub is None:
        sub = attribute.sub_attributes["value"]
    source = SINGLE.get((target.extension, attribute.name, sub.name if sub else None))
    if source is None:
        return NOBODY
    if source in CATALOGUE and CATALOGUE[source].type is AttributeType.STRINGS:
        return _of_any(source, term.of(Path((_EACH,)), sub or attribute))
    return term.of(Path((source,)), sub or attribute)


def _of_slot(
    slot: Slot, attribute: Attribute, sub: Attribute | None, where: scim.Filter | None, term: Term
) -> Condition:
    """That the slot has a value, that its element passes the filter, and what is asked of a sub-attribute."""

    def asked_of_element(path: scim.Path, inner: Term) -> Condition:
        named = attribute.sub_attributes.get((path.attribute or "").lower())
        return NOBODY if named is None else _of_sub(slot, named, inner)

    asked = [] if where is None else [translated(where, asked_of_element)]
    if sub is not None or term.compare is not None:
        asked.append(_of_sub(slot, sub or attribute.sub_attributes["value"], term))
    if slot.is_many:
        return _of_any(slot.sources["value"], And(tuple(asked)) if asked else None)
    there = tuple(has_value(Path((source,))) for source in slot.sources.values())
    return And((Or(there) if len(there) > 1 else there[0], *asked))


def _of_sub(slot: Slot, sub: Attribute, term: Term) -> Condition:
    if sub.name == "type":
        return term.of_constant(slot.type, sub)
    if sub.name == "primary":
        return term.of_truth() if slot.is_primary else NOBODY
    source = slot.sources.get(sub.name)
    return NOBODY if source is None else term.of(Path((_EACH if slot.is_many else source,)), sub)


def _of_any(source: str, condition: Condition | None) -> Condition:
    return Lambda(Path((source,)), "any", _EACH, condition)


def _source_of(target: Target) -> Path | None:
    if target.attribute is None:
        return None
    name, sub = target.attribute.name, target.sub_attribute
    if target.extension is None and name in SLOTS:
        return Path((next(iter(SLOTS[name][0].sources.values())),))
    key = "familyName" if name == "name" and sub is None else sub.name if sub else None
    source = SINGLE.get((target.extension, name, key))
    return None if source in (None, MANAGER) else Path((str(source),))


ABOUT_USERS: Final = Asking(UNDERSTOOD_USERS, _asked_of, _source_of)

"""How are a user's values written into the requests that create and change an account, in one target's dialect?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from instep.scim.dialects.dialect import Booleans, Clearing, Dialect, Elements, Manager, NewValue, Paths, Roles, Update
from instep.scim.messages import patch_op
from instep.scim.resource_form import ResourceForm

Message: TypeAlias = dict[str, Any]
Values: TypeAlias = Mapping[str, Any]  # flat, by target attribute (resource_form.py); None takes a value away


class UserRequests:
    """The bodies of requests about one application's users: compiled once, for many users."""

    def __init__(
        self,
        dialect: Dialect,
        form: ResourceForm,
        complex_targets: frozenset[str] = frozenset(),
        adding_targets: frozenset[str] = frozenset(),
    ) -> None:
        self._dialect = dialect
        self._form = form
        self._add, self._replace, self._remove = dialect.add, dialect.replace, dialect.remove
        self._complex_targets = complex_targets  # whose elements have an id, which only the older form of a PATCH says
        self._adding_targets = adding_targets  # whose elements are only ever added
        self._list_elements = dialect.elements is Elements.AS_LIST or dialect.update is Update.FLAT_PATCH
        self._is_plain = (  # as Entra's default is: an operation for each target attribute, each by its own path
            dialect.update is Update.PATCH and dialect.paths is Paths.EACH and dialect.elements is Elements.BY_FILTER
        )

    def create(self, values: Values) -> Message:
        """Return the resource to POST."""
        if self._dialect.booleans is Booleans.TEXT:
            values = _booleans_as_text(values)
        return self._form.resource(self._without_ids(values) if self._complex_targets else values)

    def put(self, resource: Mapping[str, Any], after: Values) -> Message:
        """Return the whole resource to PUT: as it was read, with `after` written into it."""
        if self._dialect.booleans is Booleans.TEXT:
            after = _booleans_as_text(after)
        return self._form.replaced(resource, self._without_ids(after) if self._complex_targets else after)

    def patches(self, before: Values, after: Values, known: Values) -> Sequence[Message]:
        """Return the PATCHes, to be sent in this order, that turn what an account has into `after`.

        `before` are the values that `after` changes, `known` all that the account is known to have.
        """
        if self._dialect.booleans is not Booleans.JSON:
            after = _booleans_as_text(after)
        if self._dialect.update is Update.FLAT_PATCH:
            return [self._flat(self._without_ids(after), self._without_ids(known))]
        before, after = self._additions(before, after)
        if self._is_plain:
            operations = [self._operation(target, target in before, value) for target, value in after.items()]
        else:
            operations = list(self._operations(before, after, known))
        most = self._dialect.operations_per_request
        if most is None or len(operations) <= most:
            return [patch_op(operations)]
        return [patch_op(operations[start : start + most]) for start in range(0, len(operations), most)]

    def _operation(self, path: str, is_there: bool, value: Any) -> Message:  # noqa: FBT001
        dialect = self._dialect
        if value is None:
            match dialect.clearing:
                case Clearing.REMOVE:
                    return {"op": self._remove, "path": path}
                case Clearing.NULL:
                    return {"op": self._replace, "path": path, "value": None}
                case Clearing.EMPTY:
                    return {"op": self._replace, "path": path, "value": ""}
        replaces = is_there or dialect.new_values is NewValue.REPLACE
        verb = self._replace if replaces and path not in self._adding_targets else self._add
        return {"op": verb, "path": path, "value": self._value(path, value)}

    def _operations(self, before: Values, after: Values, known: Values) -> Iterator[Message]:
        """Yield those with a path first, then the one without."""
        together: dict[str, Any] = {}
        new_elements: dict[str, Any] = {}
        lists: dict[str, None] = {}
        for target, value in after.items():
            element = self._form.element_of(target)
            if element is not None and self._list_elements:
                lists[self._form.attribute_of(target)] = None
            elif element is not None and self._is_new_element(element, value, known):
                new_elements[target] = value
            elif element is None and self._is_written_with_others(target, value):
                together[target] = value
            else:
                yield self._operation(target, target in before, value)
        for path, elements in self._form.elements(new_elements).items():
            yield {"op": self._add, "path": path, "value": elements}
        for path in lists:
            every = self._form.elements(self._of_attribute(path, known, after)).get(path)
            yield self._operation(path, True, every)
        if together:
            yield {"op": self._replace, "value": self._joined(together)}

    def _is_new_element(self, element: str, value: Any, known: Values) -> bool:
        if self._dialect.elements is not Elements.ADDED_WHOLE or value is None:
            return False
        return not any(self._form.element_of(target) == element for target in known)

    def _is_written_with_others(self, target: str, value: Any) -> bool:
        """Whether the operation without a path, which replaces, can write it."""
        is_removed = value is None and self._dialect.clearing is Clearing.REMOVE
        return self._dialect.paths is not Paths.EACH and not is_removed and target not in self._adding_targets

    def _of_attribute(self, path: str, known: Values, after: Values) -> Values:
        """Return all values of a multi-valued attribute, as they should be."""
        return {
            target: value
            for target, value in {**known, **after}.items()
            if value is not None and self._form.element_of(target) and self._form.attribute_of(target) == path
        }

    def _joined(self, values: Values) -> Mapping[str, Any]:
        """Return the value of an operation without a path."""
        cleared = "" if self._dialect.clearing is Clearing.EMPTY else None
        values = {target: cleared if value is None else value for target, value in values.items()}
        if self._dialect.paths is Paths.DOTTED:
            return {target: self._value(target, value) for target, value in values.items()}
        body = self._form.resource(self._without_ids(values))
        del body["schemas"]
        return body

    def _flat(self, after: Values, known: Values) -> Message:
        """Return a resource that holds what changes; of a multi-valued attribute, all its elements."""
        gone = "" if self._dialect.clearing is Clearing.EMPTY else None
        values: dict[str, Any] = {}
        emptied: dict[str, Any] = {}
        for target, value in after.items():
            if self._form.element_of(target) is None:
                values[target] = gone if value is None else value
            elif every := self._of_attribute(self._form.attribute_of(target), known, after):
                values |= every
            else:
                emptied[self._form.attribute_of(target)] = []
        return {**self._form.resource(values), **emptied}

    def _value(self, target: str, value: Any) -> Any:
        """Return a value as an operation with a path writes it."""
        if type(value) is list and value and type(value[0]) is dict and self._form.element_of(target) is None:
            return self._complex(target, value)
        if self._dialect.manager is not Manager.ID and target in self._form.references:
            reference = {"value": value}
            return [reference] if self._dialect.manager is Manager.LIST else reference
        return value

    def _complex(self, target: str, elements: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Write what is itself complex (`roles`); elements that the form composed are written as they are."""
        if target not in self._form.targets:
            return elements
        if self._dialect.roles is Roles.OBJECTS:
            return [_without_id(element) for element in elements]
        texts = (json.dumps(_as_entra_says(element), ensure_ascii=False, separators=(",", ":")) for element in elements)
        return [{"value": text} for text in texts]

    def _additions(self, before: Values, after: Values) -> tuple[Values, Values]:
        """Leave of what is only added what is new, as if the account had nothing there."""
        for target in self._adding_targets.intersection(before, after):
            there = [element.get("value") for element in before[target] if isinstance(element, Mapping)]
            new = [element for element in after[target] if element.get("value") not in there]
            before, after = {**before}, {**after, target: new}
            del before[target]
        return before, after

    def _without_ids(self, values: Values) -> Values:
        here = self._complex_targets.intersection(values)
        return {**values, **{name: [_without_id(each) for each in values[name] or ()] for name in here}}


def _without_id(element: Any) -> Any:
    return {name: value for name, value in element.items() if name != "id"} if isinstance(element, Mapping) else element


def _as_entra_says(element: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an element as the JSON text of the older form says it (mappings.md 1.9)."""
    if "display" not in element:
        return element
    said = {"id": element.get("id"), "value": element.get("value"), "displayName": element["display"]}
    return {name: value for name, value in said.items() if value is not None}


def _booleans_as_text(values: Values) -> Values:
    return {target: str(value) if isinstance(value, bool) else value for target, value in values.items()}

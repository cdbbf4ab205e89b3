"""What happens to a user or a group: created, read, patched, replaced, deleted (RFC 7644, 3.3 to 3.6)?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from instep.scim.errors import NotFound, Uniqueness
from instep.scim.headers import check_precondition
from instep.scim.patch import Operation, apply_patch
from instep.scim.schemas import ResourceSchema
from proxyclick.clock import Clock, timestamp
from proxyclick.integrations.scope import Caller
from proxyclick.people.keys import Keys
from proxyclick.people.rules import Rules
from proxyclick.scim_api.documents import document, version_of
from proxyclick.scim_api.telling import remark_blanks, tell_changed, tell_created, tell_deleted, tell_joined
from proxyclick.store.commits import GroupCommit
from proxyclick.store.resources import Record, ResourceTable

Resource = dict[str, Any]
Work = Callable[[], Record]
"""A change to be made inside a transaction, perhaps with others; it may be asked for twice."""
_FOUND_BY = ("userName", "emails", "externalId", "active")  # what keys are made of, but for the free text
IfMatch = str | None
"""The value of If-Match: the change is made to that version or not at all."""


@dataclass(frozen=True, slots=True)
class ResourceType:
    """All that one type of resource needs; `settle` and `after_delete` run in the same transaction.

    `settle` brings a resource that was written to the locations where the caller's mapping wants it.
    """

    name: str
    endpoint: str
    schema: ResourceSchema
    rules: Rules
    keys_of: Callable[[Resource], Keys]
    table: ResourceTable
    commits: GroupCommit
    clock: Clock
    settle: Callable[[Caller, int, Resource], object] = lambda *_: None
    after_delete: Callable[[Caller, str], None] = lambda *_: None

    def within(self, caller: Caller) -> "Resources":
        """The resources that a caller reaches."""
        return Resources(self, caller)

    def forget_member(self, caller: Caller, member_id: str) -> None:
        """Takes a resource that was deleted out of every group of its organisation; inside a transaction."""
        self.within(caller).forget_member(member_id)


class Resources:
    """The resources of one type that one caller reaches."""

    def __init__(self, kind: ResourceType, caller: Caller) -> None:
        self._type, self._caller, self.table = kind, caller, kind.table.within(caller.scope)

    def read(self, resource_id: str) -> Record:
        """The resource of an id. Raises NotFound."""
        found = self.table.get(resource_id)
        if found is None:
            raise NotFound(f"There is no {self._type.name} with the id {resource_id!r}.")
        return found

    async def create(self, body: object) -> Record:
        """Makes a resource. Raises InvalidSyntax, InvalidValue or Uniqueness."""
        return await self._type.commits.write(self.creation(body))

    async def patch(self, resource_id: str, operations: Sequence[Operation], if_match: IfMatch = None) -> Record:
        """Changes a resource, or leaves it when it is so already. Raises NotFound, or what is wrong with the patch."""
        return await self._type.commits.write(self.patching(resource_id, operations, if_match))

    async def replace(self, resource_id: str, body: object, if_match: IfMatch = None) -> Record:
        """Puts a whole resource in the place of another: what is not in the body is gone. Raises as `patch` does."""
        return await self._type.commits.write(self.replacement(resource_id, body, if_match))

    async def delete(self, resource_id: str, if_match: IfMatch = None) -> None:
        """Removes a resource. Its id is never given again, its name is free. Raises NotFound."""
        await self._type.commits.write(self.deletion(resource_id, if_match))

    def creation(self, body: object) -> Work:
        """What `create` does inside a transaction. Raises InvalidSyntax or InvalidValue at once."""
        sent = self._type.schema.clean(body)
        resource = self._type.rules.created(sent)
        keys = self._type.keys_of(resource)
        remark_blanks(self._caller.exchange, sent, resource)
        return lambda: self._insert(resource, keys)

    # The change is worked out inside the transaction: another request of the same group may have come before.
    def patching(self, resource_id: str, operations: Sequence[Operation], if_match: IfMatch = None) -> Work:
        """What `patch` does inside a transaction."""
        schema = self._type.schema
        return lambda: self._update(
            resource_id, lambda before: apply_patch(before, operations, schema).resource, if_match
        )

    def replacement(self, resource_id: str, body: object, if_match: IfMatch = None) -> Work:
        """What `replace` does inside a transaction."""
        return lambda: self._update(resource_id, lambda before: self._type.schema.replacement(before, body), if_match)

    def deletion(self, resource_id: str, if_match: IfMatch = None) -> Callable[[], None]:
        """What `delete` does inside a transaction."""
        return lambda: self._delete(resource_id, if_match)

    def _insert(self, resource: Resource, keys: Keys) -> Record:
        known = self._joining(keys)
        if known is not None:
            return self._join(known, resource)
        number, resource_id = self.table.next_id()
        now = timestamp(self._type.clock())
        meta = {"created": now, "lastModified": now, "version": version_of(1)}
        body = document(resource_id, self._type.name, resource, meta)
        record = Record(number, resource_id, 1, body, self._caller.installation)
        self.table.insert(record, keys, self._caller.mapping.main)
        self._settle_if_mapped(number, resource)
        if self._caller.exchange is not None:
            tell_created(self._caller.exchange, record, resource)
        return record

    def _joining(self, keys: Keys) -> Record | None:
        """Who of the organisation has these keys, at locations that the caller does not reach. Raises Uniqueness."""
        holder = None if keys.name is None else self.table.holder(keys)
        if holder is None:
            return None
        known = self.table.widened().at(holder)
        if known is None or self.table.at(holder) is not None:
            raise self._taken(keys, holder)
        if self._type.keys_of(orjson.loads(known.body)).name != keys.name:
            raise self._taken(keys, holder)  # who has another login name is not joined by an e-mail address alone
        return known

    def _join(self, known: Record, resource: Resource) -> Record:
        """Brings a person of the organisation to the caller's locations: what is sent holds, what is not stays."""
        before = orjson.loads(known.body)
        meta = before.pop("meta")
        names = {name: before[name] for name in ("userName", "emails") if name in before}
        after = {**before, **resource, **names, "schemas": before["schemas"], "id": known.id}
        self._type.settle(self._caller, known.number, after)
        joined = known if after == before else self._revise(known, after, meta["created"])
        if self._caller.exchange is not None:
            tell_joined(self._caller.exchange, joined, before, after)
        return joined

    def _update(self, resource_id: str, change: Callable[[Resource], Resource], if_match: IfMatch) -> Record:
        old = self.read(resource_id)
        check_precondition(if_match, old.id, version_of(old.revision))
        before = orjson.loads(old.body)
        meta = before.pop("meta")
        sent = {**change(before), "id": old.id}
        after = self._type.rules.changed(before, sent)
        remark_blanks(self._caller.exchange, sent, after)
        if after == before:
            return old
        record = self._written(old, before, after, meta["created"])
        if self._caller.exchange is not None:
            tell_changed(self._caller.exchange, old, before, after)
        return record

    def _written(self, old: Record, before: Resource, after: Resource, created: str) -> Record:
        """The changed resource, kept; what it is found by is touched where that has changed alone."""
        if any(before.get(name) != after.get(name) for name in _FOUND_BY):
            return self._revise(old, after, created)
        record = self._revised(old, after, created)
        self.table.update_body(record, self._type.keys_of(after).search_text)
        self._settle_if_mapped(old.number, after)
        return record

    def _revise(self, old: Record, after: Resource, created: str) -> Record:
        keys = self._type.keys_of(after)
        self._check_free(keys, old.number)
        record = self._revised(old, after, created)
        self.table.update(record, keys)
        self._settle_if_mapped(old.number, after)
        return record

    def _revised(self, old: Record, after: Resource, created: str) -> Record:
        revision = old.revision + 1
        meta = {"created": created, "lastModified": timestamp(self._type.clock()), "version": version_of(revision)}
        body = document(old.id, self._type.name, after, meta)
        # Who was added by hand is adopted by the installation that changes them first.
        owner = self._caller.installation if old.installation is None else old.installation
        return Record(old.number, old.id, revision, body, owner)

    def _settle_if_mapped(self, number: int, resource: Resource) -> None:
        if self._caller.mapping.further:
            self._type.settle(self._caller, number, resource)

    def forget_member(self, member_id: str) -> None:
        """Takes a resource that was deleted out of every group; to be called inside a transaction."""
        for record in self.table.widened().mentioning(member_id):
            group = orjson.loads(record.body)
            kept = [member for member in group.pop("members", ()) if member.get("value") != member_id]
            self._revise(record, group | ({"members": kept} if kept else {}), group["meta"]["created"])

    def _delete(self, resource_id: str, if_match: IfMatch) -> None:
        old = self.read(resource_id)
        check_precondition(if_match, old.id, version_of(old.revision))
        gone = self.table.delete(old.number)
        if gone:
            self._type.after_delete(self._caller, old.id)
        if self._caller.exchange is not None:
            tell_deleted(self._caller.exchange, old, gone=gone)

    def _check_free(self, keys: Keys, besides: int) -> None:
        holder = None if keys.name is None else self.table.holder(keys, besides)
        if holder is not None:
            raise self._taken(keys, holder)

    def _taken(self, keys: Keys, holder: int) -> Uniqueness:
        found = self.table.at(holder)
        who = found.id if found else "somebody at another location"
        return Uniqueness(
            f"{keys.name!r}, or its work e-mail, belongs to {who} already: both are unique in the organisation."
            if keys.work_email not in (None, keys.name)
            else f"{keys.name!r} belongs to {who} already: userName is unique in the organisation."
        )

"""How is a user written by hand: by the rules of the tenant, once only, and with an event in their history?"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from instep.scim.patch import Operation, apply_patch
from proxyclick.admin.acting import Actor, Refused
from proxyclick.admin.stores import Stores
from proxyclick.clock import timestamp
from proxyclick.people.changes import changes_between
from proxyclick.people.keys import work_email
from proxyclick.store.documents import document, version_of
from proxyclick.store.history import Event
from proxyclick.store.resources import Record

User = Mapping[str, Any]


def create(stores: Stores, actor: Actor, body: User) -> Record:
    """A new user at the actor's location, whose e-mail address nobody of the organisation has. Raises InvalidValue."""
    user = stores.profile.rules.created(stores.profile.users.clean(body))
    users = stores.users_at(actor.organisation, actor.location)
    number, user_id = stores.users.next_id()
    now = timestamp(stores.now)
    meta = {"created": now, "lastModified": now, "version": version_of(1)}
    record = Record(number, user_id, 1, document(user_id, "User", user, meta))
    users.insert(record, stores.profile.keys_of_user(user), actor.location)
    return record


def change(stores: Stores, actor: Actor, old: Record, operations: Sequence[Operation], what: str) -> Record | Refused:
    """The user after these operations, at all of their locations. Raises InvalidValue.

    Who keeps the user in step stays who it was: an edit by hand gives nobody back.
    """
    before = orjson.loads(old.body)
    meta = before.pop("meta")
    patched = apply_patch(before, operations, stores.profile.users).resource
    after = stores.profile.rules.changed(before, patched)
    if after == before:
        return old
    everyone = stores.everyone(actor.organisation)
    keys = stores.profile.keys_of_user(after)
    if everyone.holder(keys, old.number) is not None:
        return Refused({"email": f"{work_email(after)} belongs to somebody else of the organisation."})
    revision = old.revision + 1
    meta = {"created": meta["created"], "lastModified": timestamp(stores.now), "version": version_of(revision)}
    record = Record(old.number, old.id, revision, document(old.id, "User", after, meta), old.installation)
    everyone.update(record, keys)
    stores.history.add(old.number, Event(stores.now, what, actor.name, changes=changes_between(before, after)))
    stores.note(actor, what.replace("by hand", "a user"), work_email(after) or after["userName"])
    return record

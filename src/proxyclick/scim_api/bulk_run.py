"""How is each operation of a bulk request done, for itself or with those of its circle (RFC 7644, 3.7.1 and 3.7.2)?"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from instep.scim.bulk import BulkOperation, references, resolved, without_references
from instep.scim.errors import MethodNotAllowed, NotFound, ScimError, UnresolvedReference
from instep.scim.patch import parse_patch
from proxyclick.integrations.scope import Caller
from proxyclick.scim_api.documents import version_of
from proxyclick.scim_api.endpoints import ResourceEndpoints
from proxyclick.store.commits import GroupCommit
from proxyclick.store.resources import Record

_ADDRESS = re.compile(r"(/[^/?]+)(?:/([^/?]+))?/?(?:\?.*)?")
_STATUS = {"POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}


def asking(caller: Caller, operation: BulkOperation) -> Caller:
    """The caller with a line in the activity for each operation, as if it were a request of its own."""
    exchange = caller.exchange
    return caller if exchange is None else caller.asking(exchange.log, operation.method, f"/Bulk{operation.path}")


def address_of(operation: BulkOperation) -> tuple[str, str | None]:
    """The endpoint that an operation is sent to, and the id of the resource; the endpoint is empty for no such path."""
    match = _ADDRESS.fullmatch(operation.path)
    return (match[1], match[2]) if match else ("", None)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of the operations so far, by their places, and the ids of what was made, by bulkId."""

    results: Mapping[int, dict[str, Any]] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    errors: int = 0

    def with_failures(self, failures: Mapping[int, ScimError], operations: Sequence[BulkOperation]) -> "Done":
        """The same with some operations that have failed, each with its reason."""
        failed = {place: _failure(operations[place], error) for place, error in failures.items()}
        return Done({**self.results, **failed}, self.ids, self.errors + len(failed))


class Run:
    """The operations of one request, done for its caller; everything here happens inside a transaction."""

    def __init__(
        self,
        types: Mapping[str, ResourceEndpoints],
        caller: Caller,
        commits: GroupCommit,
        operations: Sequence[BulkOperation],
    ) -> None:
        self._types, self._caller, self._commits, self._operations = types, caller, commits, operations

    def after(self, done: Done, group: Sequence[tuple[int, ...]], most_errors: int) -> Done:
        """What is done after some more stages; it may be asked for twice, and changes nothing that it was given."""
        for stage in group:
            if done.errors >= most_errors:
                break
            done = self._circle(stage, done) if len(stage) > 1 else self._single(stage[0], done)
        return done

    def _single(self, place: int, done: Done) -> Done:
        operation = self._operations[place]
        if operation.bulk_id in references(operation):
            return self._circle((place,), done)
        try:
            return self._recorded(place, done, self._perform(resolved(operation, done.ids)))
        except ScimError as error:
            return done.with_failures({place: error}, self._operations)

    def _circle(self, stage: Sequence[int], done: Done) -> Done:
        """Each is made without what is not there yet, and then completed; where one fails, none is made."""
        made, place = done, stage[0]
        try:
            with self._commits.undone_on_error():
                for place in stage:
                    operation = self._operations[place]
                    unmade = {
                        name for name in references(operation) if name not in made.ids and self._is_in(name, stage)
                    }
                    begun = self._perform(resolved(without_references(operation, unmade), made.ids))
                    made = self._recorded(place, made, begun)
                for place in stage:
                    whole = resolved(self._operations[place], made.ids)
                    made = self._recorded(place, made, self._complete(whole, made))
        except ScimError as error:
            others = UnresolvedReference("An operation that this one and others refer to in a circle has failed.")
            return done.with_failures({one: error if one == place else others for one in stage}, self._operations)
        return made

    def _is_in(self, bulk_id: str, stage: Sequence[int]) -> bool:
        return any(self._operations[place].bulk_id == bulk_id for place in stage)

    def _perform(self, operation: BulkOperation) -> "_Outcome":
        endpoints, resource_id = self._addressed(operation)
        reached = endpoints.resources.within(asking(self._caller, operation))
        work: Callable[[], Record | None]
        match operation.method, resource_id:
            case "POST", None:
                work = reached.creation(operation.data)
            case "PUT", str():
                reached.read(resource_id)
                work = reached.replacement(resource_id, operation.data, operation.version)
            case "PATCH", str():
                reached.read(resource_id)
                work = reached.patching(resource_id, parse_patch(operation.data), operation.version)
            case "DELETE", str():
                work = reached.deletion(resource_id, operation.version)
            case _:
                raise MethodNotAllowed(f"{operation.method} {operation.path} cannot be an operation of a BulkRequest.")
        record = work()
        location = endpoints.location_of(record) if record else endpoints.location_of_id(str(resource_id))
        return _Outcome(record, location)

    def _complete(self, operation: BulkOperation, made: Done) -> "_Outcome":
        endpoints, _ = self._addressed(operation)
        resource_id = made.ids[str(operation.bulk_id)]
        reached = endpoints.resources.within(asking(self._caller, operation))
        record = reached.replacement(resource_id, operation.data)()
        return _Outcome(record, endpoints.location_of(record))

    def _addressed(self, operation: BulkOperation) -> tuple[ResourceEndpoints, str | None]:
        endpoint, resource_id = address_of(operation)
        endpoints = self._types.get(endpoint)
        if endpoints is None:
            raise NotFound(f"There is nothing at {operation.path!r} of this SCIM service.")
        return endpoints, resource_id

    def _recorded(self, place: int, done: Done, outcome: "_Outcome") -> Done:
        operation = self._operations[place]
        result = _named(operation) | {"location": outcome.location, "status": str(_STATUS[operation.method])}
        ids = done.ids
        if outcome.record is not None:
            result["version"] = version_of(outcome.record.revision)
            if operation.bulk_id is not None and operation.method == "POST":
                ids = {**ids, operation.bulk_id: outcome.record.id}
        return Done({**done.results, place: result}, ids, done.errors)


@dataclass(frozen=True, slots=True)
class _Outcome:
    record: Record | None
    location: str


def _failure(operation: BulkOperation, error: ScimError) -> dict[str, Any]:
    return _named(operation) | {"status": str(error.status), "response": error.body()}


def _named(operation: BulkOperation) -> dict[str, Any]:
    return {"method": operation.method} | ({"bulkId": operation.bulk_id} if operation.bulk_id is not None else {})

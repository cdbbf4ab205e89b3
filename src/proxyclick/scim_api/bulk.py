"""How are many operations done in one request, each for itself, and those in a circle all or none (RFC 7644, 3.7)?"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from instep.scim.bulk import BulkOperation, parse_bulk, references, resolved, without_references
from instep.scim.bulk_order import stages
from instep.scim.errors import MethodNotAllowed, NotFound, ScimError, Unavailable, UnresolvedReference
from instep.scim.messages import BULK_RESPONSE_URN
from instep.scim.patch import parse_patch
from proxyclick.integrations.scope import Caller
from proxyclick.scim_api.documents import version_of
from proxyclick.scim_api.endpoint import Answer, caller_of, scim_response
from proxyclick.scim_api.endpoints import ResourceEndpoints
from proxyclick.scim_api.reading import json_body
from proxyclick.store.commits import GroupCommit
from proxyclick.store.resources import Record

MAX_OPERATIONS = 1000
_A_COMMIT = 20  # so that others are answered meanwhile
_ADDRESS = re.compile(r"(/[^/?]+)(?:/([^/?]+))?/?(?:\?.*)?")
_STATUS = {"POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}


def bulk_answer(types: Sequence[ResourceEndpoints]) -> Answer:
    """The answer to a bulk request: 200 with what came of each operation, in the client's order."""
    by_endpoint = {each.resources.endpoint: each for each in types}

    async def answer(request: Request) -> Response:
        bulk = parse_bulk(await json_body(request), MAX_OPERATIONS)
        commits = types[0].resources.commits
        run = _Run(by_endpoint, caller_of(request), commits, bulk.operations)
        done = _Done()
        waiting = stages(bulk.operations)
        most = bulk.fail_on_errors or len(bulk.operations) + 1
        while waiting and done.errors < most:
            group, waiting = waiting[:_A_COMMIT], waiting[_A_COMMIT:]
            try:
                done = await commits.write(partial(run.after, done, group, most))
            except Unavailable as error:
                done = done.with_failures({place: error for stage in group for place in stage}, bulk.operations)
        results = [done.results[place] for place in sorted(done.results)]
        return scim_response(orjson.dumps({"schemas": [BULK_RESPONSE_URN], "Operations": results}))

    return answer


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of the operations so far, by their places, and the ids of what was made, by bulkId."""

    results: Mapping[int, dict[str, Any]] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    errors: int = 0

    def with_failures(self, failures: Mapping[int, ScimError], operations: Sequence[BulkOperation]) -> "_Done":
        failed = {place: _failure(operations[place], error) for place, error in failures.items()}
        return _Done({**self.results, **failed}, self.ids, self.errors + len(failed))


class _Run:
    """The operations of one request, done for its caller; everything here happens inside a transaction."""

    def __init__(
        self,
        types: Mapping[str, ResourceEndpoints],
        caller: Caller,
        commits: GroupCommit,
        operations: Sequence[BulkOperation],
    ) -> None:
        self._types, self._caller, self._commits, self._operations = types, caller, commits, operations

    def after(self, done: _Done, group: Sequence[tuple[int, ...]], most_errors: int) -> _Done:
        """What is done after some more stages; it may be asked for twice, and changes nothing that it was given."""
        for stage in group:
            if done.errors >= most_errors:
                break
            done = self._circle(stage, done) if len(stage) > 1 else self._single(stage[0], done)
        return done

    def _single(self, place: int, done: _Done) -> _Done:
        operation = self._operations[place]
        if operation.bulk_id in references(operation):
            return self._circle((place,), done)
        try:
            return self._recorded(place, done, self._perform(resolved(operation, done.ids)))
        except ScimError as error:
            return done.with_failures({place: error}, self._operations)

    def _circle(self, stage: Sequence[int], done: _Done) -> _Done:
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
        reached = endpoints.resources.within(self._caller)
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

    def _complete(self, operation: BulkOperation, made: _Done) -> "_Outcome":
        endpoints, _ = self._addressed(operation)
        resource_id = made.ids[str(operation.bulk_id)]
        record = endpoints.resources.within(self._caller).replacement(resource_id, operation.data)()
        return _Outcome(record, endpoints.location_of(record))

    def _addressed(self, operation: BulkOperation) -> tuple[ResourceEndpoints, str | None]:
        match = _ADDRESS.fullmatch(operation.path)
        endpoints = self._types.get(match[1]) if match else None
        if match is None or endpoints is None:
            raise NotFound(f"There is nothing at {operation.path!r} of this SCIM service.")
        return endpoints, match[2]

    def _recorded(self, place: int, done: _Done, outcome: "_Outcome") -> _Done:
        operation = self._operations[place]
        result = _named(operation) | {"location": outcome.location, "status": str(_STATUS[operation.method])}
        ids = done.ids
        if outcome.record is not None:
            result["version"] = version_of(outcome.record.revision)
            if operation.bulk_id is not None and operation.method == "POST":
                ids = {**ids, operation.bulk_id: outcome.record.id}
        return _Done({**done.results, place: result}, ids, done.errors)


@dataclass(frozen=True, slots=True)
class _Outcome:
    record: Record | None
    location: str


def _failure(operation: BulkOperation, error: ScimError) -> dict[str, Any]:
    return _named(operation) | {"status": str(error.status), "response": error.body()}


def _named(operation: BulkOperation) -> dict[str, Any]:
    return {"method": operation.method} | ({"bulkId": operation.bulk_id} if operation.bulk_id is not None else {})

"""How is a bulk request answered: in which order, and in how many commits (RFC 7644, 3.7)?"""

from collections.abc import Sequence
from functools import partial

import orjson

from instep.scim.bulk import BulkOperation, parse_bulk
from instep.scim.bulk_order import stages
from instep.scim.errors import Unavailable
from instep.scim.messages import BULK_RESPONSE_URN
from proxyclick.integrations.scope import Caller
from proxyclick.people.identifiers import number_of
from proxyclick.scim_api.bulk_run import Done, Run, address_of, asking
from proxyclick.scim_api.endpoint import Answer, caller_of
from proxyclick.scim_api.endpoints import ResourceEndpoints
from proxyclick.scim_api.reading import json_body
from proxyclick.scim_api.requests import ScimRequest, ScimResponse

MAX_OPERATIONS = 1000
_A_COMMIT = 20  # so that others are answered meanwhile


def bulk_answer(types: Sequence[ResourceEndpoints]) -> Answer:
    """The answer to a bulk request: 200 with what came of each operation, in the client's order."""
    by_endpoint = {each.resources.endpoint: each for each in types}

    async def answer(request: ScimRequest) -> ScimResponse:
        bulk = parse_bulk(await json_body(request), MAX_OPERATIONS)
        caller, commits = caller_of(request), types[0].resources.commits
        run = Run(by_endpoint, caller, commits, bulk.operations)
        done = Done()
        waiting = stages(bulk.operations)
        most = bulk.fail_on_errors or len(bulk.operations) + 1
        while waiting and done.errors < most:
            group, waiting = waiting[:_A_COMMIT], waiting[_A_COMMIT:]
            try:
                done = await commits.write(partial(run.after, done, group, most))
            except Unavailable as error:
                done = done.with_failures({place: error for stage in group for place in stage}, bulk.operations)
        _tell(caller, bulk.operations, done)
        results = [done.results[place] for place in sorted(done.results)]
        return ScimResponse(orjson.dumps({"schemas": [BULK_RESPONSE_URN], "Operations": results}))

    return answer


def _tell(caller: Caller, operations: Sequence[BulkOperation], done: Done) -> None:
    """Tells the activity which operations were refused; what was done was told in its transaction."""
    for place, result in sorted(done.results.items()):
        exchange = asking(caller, operations[place]).exchange
        if exchange is not None and "response" in result:
            user = number_of("US", address_of(operations[place])[1] or "")
            exchange.answered(int(result["status"]), result["response"]["detail"], user)
    if caller.exchange is not None:
        caller.exchange.remark(f"{len(done.results)} of {len(operations)} operations tried, {done.errors} refused.")

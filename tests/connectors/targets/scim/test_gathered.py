"""Which writes leave together, and what does each of them come to whatever becomes of the bulk request?"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from instep.connectors.targets.scim.gathered import Gathered
from instep.rules.health.outcomes import Answer, NoAnswer, NotSent, Outcome
from instep.scim.bulk_requests import BulkWrite
from instep.scim.messages import BULK_RESPONSE_URN

Sent = list[dict[str, Any]]
Bulk = Callable[[Sent], Outcome]


def create(number: int) -> BulkWrite:
    return BulkWrite("POST", "/Users", json.dumps({"number": number}).encode())


def said(*operations: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps({"schemas": [BULK_RESPONSE_URN], "Operations": operations}).encode())


def all_made(sent: Sent) -> Answer:
    return said(
        *(
            {"bulkId": each["bulkId"], "status": "201", "location": f"https://t/Users/{each['data']['number']}"}
            for each in sent
        )
    )


class Provider:
    """A target that answers bulk requests as a test says, and makes single writes; what came is kept."""

    def __init__(self, bulk: Bulk) -> None:
        self.bulk = bulk
        self.sizes: list[int] = []
        self.alone: list[int] = []

    async def take(self, body: bytes) -> Outcome:
        sent = json.loads(body)["Operations"]
        self.sizes.append(len(sent))
        await asyncio.sleep(0)
        return self.bulk(sent)

    async def take_alone(self, write: BulkWrite) -> Outcome:
        number = json.loads(write.data)["number"]
        self.alone.append(number)
        return Answer(201, json.dumps({"id": str(number)}).encode())


async def through(provider: Provider, count: int, most: int = 10, under_way: int = 2) -> list[Outcome]:
    gathered = Gathered(most, under_way, provider.take, provider.take_alone)
    return list(await asyncio.gather(*(gathered.add(create(number)) for number in range(count))))


def made(outcome: Outcome) -> object:
    assert isinstance(outcome, Answer)
    return json.loads(outcome.body)["id"] if outcome.status == 201 else outcome.status


async def test_what_waits_at_the_same_time_leaves_together_and_everyone_gets_their_own_account() -> None:
    provider = Provider(all_made)
    outcomes = await through(provider, 25)
    assert provider.sizes == [10, 10, 5]
    assert [made(outcome) for outcome in outcomes] == [str(number) for number in range(25)]


async def test_who_is_alone_is_written_as_ever() -> None:
    provider = Provider(all_made)
    assert [made(outcome) for outcome in await through(provider, 1)] == ["0"]
    assert (provider.sizes, provider.alone) == ([], [0])


async def test_a_request_that_is_too_large_is_halved_and_none_so_large_is_sent_again() -> None:
    provider = Provider(lambda sent: Answer(413, b"") if len(sent) > 3 else all_made(sent))
    assert len({made(outcome) for outcome in await through(provider, 30, under_way=1)}) == 30
    assert provider.sizes == [10, 5, 2, 3, 5, 2, 3, *[2] * 10]
    assert provider.alone == []


@pytest.mark.parametrize("status", [400, 404, 405, 501])
async def test_a_target_without_bulk_requests_gets_each_write_on_its_own_and_no_bulk_request_again(status: int) -> None:
    provider = Provider(lambda _: Answer(status, b""))
    assert len({made(outcome) for outcome in await through(provider, 30, under_way=1)}) == 30
    assert provider.sizes == [10]
    assert sorted(provider.alone) == list(range(30))


@pytest.mark.parametrize(
    "outcome",
    [NoAnswer("cut"), NotSent("no way there"), Answer(401, b""), Answer(500, b"broken"), Answer(429, b"")],
)
async def test_what_becomes_of_the_whole_request_becomes_of_each_and_nothing_is_sent_twice(outcome: Outcome) -> None:
    provider = Provider(lambda _: outcome)
    assert await through(provider, 4) == [outcome] * 4
    assert provider.alone == []


async def test_of_whom_the_answer_says_nothing_it_is_unknown_what_came() -> None:
    provider = Provider(lambda sent: said({"bulkId": sent[1]["bulkId"], "status": "201", "response": {"id": "x"}}))
    first, second, third = await through(provider, 3)
    assert made(second) == "x"
    assert isinstance(first, NoAnswer)
    assert first == third
    assert provider.alone == []


async def test_an_answer_with_another_success_says_nothing_of_anybody() -> None:
    outcomes = await through(Provider(lambda _: Answer(202, b"")), 2)
    assert [type(outcome) for outcome in outcomes] == [NoAnswer, NoAnswer]


async def test_who_was_put_off_is_asked_for_again_alone_and_who_was_refused_is_not() -> None:
    provider = Provider(
        lambda sent: said(
            {"bulkId": sent[0]["bulkId"], "status": "429"},
            {"bulkId": sent[1]["bulkId"], "status": "409", "response": {"scimType": "uniqueness"}},
        )
    )
    put_off, refused = await through(provider, 2)
    assert made(put_off) == "0"
    assert refused == Answer(409, b'{"scimType":"uniqueness"}', "application/scim+json")
    assert provider.alone == [0]


@pytest.mark.parametrize("location", ["", "https://t/Users/", "https://t/Groups/3", "https://t/Users/3/4"])
async def test_a_create_that_shows_no_account_is_a_success_without_an_id(location: str) -> None:
    provider = Provider(
        lambda sent: said(*({"bulkId": each["bulkId"], "status": "201", "location": location} for each in sent))
    )
    assert await through(provider, 2) == [Answer(201, b"", "application/scim+json")] * 2


async def test_whoever_gives_up_waiting_holds_nobody_up_and_an_end_leaves_nobody_waiting() -> None:
    begun, may_answer = asyncio.Event(), asyncio.Event()

    async def answers_late(body: bytes) -> Outcome:
        begun.set()
        await may_answer.wait()
        return all_made(json.loads(body)["Operations"])

    gathered = Gathered(10, 1, answers_late, Provider(all_made).take_alone)
    first, second = gathered.add(create(1)), gathered.add(create(2))
    await begun.wait()
    first.cancel()
    may_answer.set()
    assert made(await second) == "2"
    may_answer.clear()
    third, fourth = gathered.add(create(3)), gathered.add(create(4))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await gathered.end()
    assert third.cancelled()
    assert fourth.cancelled()

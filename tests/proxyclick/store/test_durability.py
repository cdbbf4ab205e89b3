"""What was answered is kept, whatever happens to the process."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fakes.served_tenant import ServedTenant, served_tenant, user

# A soak asks for 2,000.
ANSWERS = int(os.environ.get("PROXYCLICK_KILL_AFTER_WRITES", "200"))
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
Resource = dict[str, Any]


class Writer:
    """Writes of every kind, one after the other, until the tenant is gone; knows what was answered to which."""

    def __init__(self, tenant: ServedTenant, name: str, answered: "Answered") -> None:
        self._http, self._name, self._answered = tenant.http, name, answered
        self.kept: dict[str, Resource | None] = {}
        self.unanswered: str | None = None

    def write(self) -> None:
        with suppress(httpx2.TransportError):
            for number in range(10_000):
                for _ in self._writes(number):
                    self._answered.count()

    def _writes(self, number: int) -> Iterator[None]:
        made = [self._created(f"{self._name}-{number}-{letter}@corp.example") for letter in "abc"]
        yield from [None] * 3
        one, two, _ = made
        change = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": f"T{number}"}]}
        self._changed("PATCH", one, change)
        yield
        self._changed("PUT", two, user(two["userName"], nickName="N"))
        yield
        self.unanswered = one["id"]
        assert self._http.delete(f"/Users/{one['id']}").status_code == 204
        self.kept[one["id"]], self.unanswered = None, None
        yield
        self._made_in_bulk(number)
        yield

    def _created(self, name: str) -> Resource:
        answer = self._http.post("/Users", json=user(name))
        assert answer.status_code == 201
        self.kept[answer.json()["id"]] = answer.json()
        return dict(answer.json())

    def _changed(self, method: str, resource: Resource, body: Resource) -> None:
        self.unanswered = resource["id"]
        answer = self._http.request(method, f"/Users/{resource['id']}", json=body)
        assert answer.status_code == 200
        self.kept[resource["id"]], self.unanswered = answer.json(), None

    def _made_in_bulk(self, number: int) -> None:
        names = [f"{self._name}-{number}-bulk{place}@corp.example" for place in range(2)]
        operations = [{"method": "POST", "path": "/Users", "bulkId": name, "data": user(name)} for name in names]
        answer = self._http.post("/Bulk", json={"schemas": [BULK], "Operations": operations})
        for result in answer.json()["Operations"]:
            assert result["status"] == "201"
            self.kept[result["location"].rpartition("/")[2]] = {"userName": result["bulkId"]}


class Answered:
    """Counts answers, and says when there are enough."""

    def __init__(self, wanted: int) -> None:
        self._left, self._lock, self.enough = wanted, threading.Lock(), threading.Event()

    def count(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left <= 0:
                self.enough.set()


@pytest.mark.parametrize("answers", [1, ANSWERS])
def test_every_write_that_was_answered_survives_a_kill(tmp_path: Path, answers: int) -> None:
    answered = Answered(answers)
    with served_tenant(tmp_path) as tenant:
        writers = [Writer(tenant, f"w{number}", answered) for number in range(4)]
        threads = [threading.Thread(target=writer.write) for writer in writers]
        for thread in threads:
            thread.start()
        assert answered.enough.wait(240)
        tenant.kill()
        for thread in threads:
            thread.join()
    with served_tenant(tmp_path) as tenant:
        found = {one["id"]: without_location(one) for one in tenant.everyone()}
        for writer in writers:
            for user_id, kept in writer.kept.items():
                if user_id == writer.unanswered:
                    continue  # the last request of each may have been done or not
                if kept is None:
                    assert user_id not in found
                else:
                    assert without_location(kept).items() <= found[user_id].items()
        known = {user_id for writer in writers for user_id in writer.kept}
        # A create, or two in bulk, may have been done without an answer.
        assert len(found.keys() - known) <= 2 * len(writers)
        names = [one["userName"] for one in found.values()]
        assert len(set(names)) == len(names)
        assert tenant.create("newcomer@corp.example")["id"] not in known | found.keys()


def without_location(resource: Resource) -> Resource:
    """A resource as it is wherever the tenant is served."""
    meta = {name: value for name, value in resource.get("meta", {}).items() if name != "location"}
    return {**resource, "meta": meta} if meta else resource

"""Users at several locations of one organisation, each with an integration of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.served_tenant import ServedTenant, served_tenant, user
from fakes.tenancy import add_location, install_at

NewName = Callable[[], str]


def replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "Replace", "path": path, "value": value}


@pytest.fixture(scope="module")
def brussels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    """The first location, with the integration that is installed there."""
    with served_tenant(tmp_path_factory.mktemp("locations")) as served:
        yield served


@pytest.fixture(scope="module")
def london(brussels: ServedTenant) -> Iterator[ServedTenant]:
    """Another location, with an integration of its own."""
    with install_at(brussels, add_location(brussels.data, "London")) as served:
        yield served


def test_who_is_at_another_location_is_not_seen(
    brussels: ServedTenant, london: ServedTenant, new_name: NewName
) -> None:
    made = brussels.create(new_name())
    assert london.http.get(f"/Users/{made['id']}").status_code == 404
    assert london.find(f'userName eq "{made["userName"]}"') == []
    assert made["id"] not in {found["id"] for found in london.everyone()}
    assert london.patch(made["id"], replace("title", "x")).status_code == 404
    assert london.http.delete(f"/Users/{made['id']}").status_code == 404


def test_a_create_brings_a_person_of_the_organisation_to_the_location(
    brussels: ServedTenant, london: ServedTenant, new_name: NewName
) -> None:
    made = brussels.create(new_name(), title="Engineer", nickName="Ada")
    joined = london.create(made["userName"].upper(), title="Director")
    assert joined["id"] == made["id"]
    assert (joined["title"], joined["nickName"], joined["userName"]) == ("Director", "Ada", made["userName"])
    assert brussels.http.get(f"/Users/{made['id']}").json() == joined
    assert london.http.post("/Users", json=user(made["userName"])).status_code == 409


def test_a_delete_takes_a_person_from_the_provisioned_location_alone(
    brussels: ServedTenant, london: ServedTenant, new_name: NewName
) -> None:
    made = brussels.create(new_name())
    london.create(made["userName"])
    assert brussels.http.delete(f"/Users/{made['id']}").status_code == 204
    assert brussels.http.get(f"/Users/{made['id']}").status_code == 404
    assert london.http.get(f"/Users/{made['id']}").json()["userName"] == made["userName"]
    assert london.http.delete(f"/Users/{made['id']}").status_code == 204
    assert brussels.create(made["userName"])["id"] != made["id"]


def test_a_name_is_unique_across_the_locations(brussels: ServedTenant, london: ServedTenant, new_name: NewName) -> None:
    there, here = london.create(new_name()), brussels.create(new_name())
    answer = brussels.patch(here["id"], replace("userName", there["userName"]))
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    assert there["id"] not in answer.text


def test_each_location_counts_pages_and_searches_its_own(tmp_path: Path) -> None:
    with served_tenant(tmp_path) as here, install_at(here, add_location(here.data, "Elsewhere")) as there:
        for number in range(6):
            (here if number % 2 else there).create(f"p{number}@corp.example", title="T")
        page = there.http.get("/Users", params={"startIndex": 2, "count": 1}).json()
        assert (page["totalResults"], [found["userName"] for found in page["Resources"]]) == (3, ["p2@corp.example"])
        there_alone = [f"p{number}@corp.example" for number in (0, 2, 4)]
        assert [found["userName"] for found in there.find('title eq "T"')] == there_alone

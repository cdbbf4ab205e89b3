"""Paging and sorting (RFC 7644, 3.4.2.3 and 3.4.2.4; RFC 9865): a test for each box of scim-wire.md 2."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fakes.served_tenant import ServedTenant, served_tenant

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
NAMES = ["bo", "Al", "cy", "di", "ed", "fi", "gu"]
TITLES = {"bo": "Baker", "Al": "cook", "cy": "Actor", "di": "baker"}


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    """A tenant with seven users, of whom four have a title, and two groups."""
    with served_tenant(tmp_path_factory.mktemp("seven"), "rfc") as tenant:
        for name in NAMES:
            title = {"title": TITLES[name]} if name in TITLES else {}
            emails = [{"value": f"z{name}@x.example"}, {"value": f"{name}@x.example", "primary": True}]
            body = {"userName": name, "name": {"familyName": name[::-1]}, "emails": emails, **title}
            assert tenant.http.post("/Users", json=body).status_code == 201
        for name in ("Sales", "accounts"):
            tenant.http.post("/Groups", json={"displayName": name})
        yield tenant


def page(tenant: ServedTenant, path: str = "/Users", **query: Any) -> dict[str, Any]:
    answer = tenant.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def names(listed: dict[str, Any]) -> list[str]:
    return [found.get("userName", found.get("displayName")) for found in listed["Resources"]]


def walked(tenant: ServedTenant, path: str = "/Users", **query: Any) -> list[dict[str, Any]]:
    pages = [page(tenant, path, cursor="", **query)]
    while "nextCursor" in pages[-1]:
        pages.append(page(tenant, path, cursor=pages[-1]["nextCursor"], **query))
    return pages


def refusal(tenant: ServedTenant, **query: Any) -> tuple[int, str]:
    answer = tenant.http.get("/Users", params=query)
    return answer.status_code, answer.json()["scimType"]


@pytest.mark.parametrize(("start", "answered"), [("0", 1), ("-3", 1), ("1", 1), ("7", 7), ("8", 8), ("9" * 25, 2**53)])
def test_a_start_index_counts_from_1_and_below_is_1(seven: ServedTenant, start: str, answered: int) -> None:
    found = page(seven, startIndex=start)
    assert (found["startIndex"], names(found)) == (answered, NAMES[answered - 1 :])


@pytest.mark.parametrize(("count", "items"), [("-1", 0), ("0", 0), ("3", 3), ("99", 7)])
def test_a_count_below_0_is_0_and_0_gives_totals_only(seven: ServedTenant, count: str, items: int) -> None:
    found = page(seven, count=count)
    assert (found["totalResults"], found["itemsPerPage"], len(found["Resources"])) == (7, items, items)


def test_items_per_page_is_what_is_there_and_total_results_are_those_before_paging(seven: ServedTenant) -> None:
    found = page(seven, startIndex=6, count=5, filter="userName pr")
    assert (found["itemsPerPage"], found["totalResults"], names(found)) == (2, 7, ["fi", "gu"])


@pytest.mark.parametrize(
    ("sort_by", "ascending"),
    [
        ("userName", ["Al", "bo", "cy", "di", "ed", "fi", "gu"]),
        ("USERNAME", ["Al", "bo", "cy", "di", "ed", "fi", "gu"]),
        ("name.familyName", ["ed", "di", "fi", "Al", "bo", "gu", "cy"]),
        ("emails", ["Al", "bo", "cy", "di", "ed", "fi", "gu"]),
        ("meta.created", NAMES),
        ("title", ["cy", "bo", "di", "Al", "ed", "fi", "gu"]),
        ("nosuch", NAMES),
    ],
)
def test_sort_by_and_sort_order_with_sub_attributes_and_what_is_missing_last(
    seven: ServedTenant, sort_by: str, ascending: list[str]
) -> None:
    assert names(page(seven, sortBy=sort_by)) == ascending
    assert names(page(seven, sortBy=sort_by, startIndex=2, count=3)) == ascending[1:4]
    assert names(page(seven, sortBy=sort_by, filter="userName pr")) == ascending
    descending = names(page(seven, sortBy=sort_by, sortOrder="descending"))
    if sort_by == "title":
        assert descending == ["ed", "fi", "gu", "Al", "bo", "di", "cy"]
    elif sort_by != "nosuch":
        assert descending == ascending[::-1]


def test_groups_are_sorted_by_what_they_have(seven: ServedTenant) -> None:
    assert names(page(seven, "/Groups", sortBy="displayName")) == ["accounts", "Sales"]
    assert names(page(seven, "/Groups", sortBy="userName")) == ["Sales", "accounts"]


def test_a_sort_order_is_one_of_two(seven: ServedTenant) -> None:
    assert refusal(seven, sortBy="userName", sortOrder="upwards") == (400, "invalidValue")


@pytest.mark.parametrize("query", [{}, {"filter": "userName pr"}, {"sortBy": "title"}, {"filter": "active eq null"}])
def test_a_walk_by_cursor_reaches_everybody_once_and_back_again(seven: ServedTenant, query: dict[str, str]) -> None:
    pages = walked(seven, count=2, **query)
    expected = names(page(seven, **query))
    assert [name for one in pages for name in names(one)] == expected
    assert [len(one["Resources"]) for one in pages] == [2, 2, 2, 1]
    assert "previousCursor" not in pages[0]
    assert "nextCursor" not in pages[-1]
    back = [pages[-1]]
    while "previousCursor" in back[-1]:
        back.append(page(seven, cursor=back[-1]["previousCursor"], **query))
    assert [name for one in reversed(back) for name in names(one)] == expected
    assert names(page(seven, cursor=back[-1]["nextCursor"], **query)) == names(pages[1])


def test_a_cursor_has_unreserved_characters_only(seven: ServedTenant) -> None:
    for query in ({}, {"sortBy": "title"}):
        assert re.fullmatch(r"[A-Za-z0-9._~-]+", page(seven, cursor="", count=2, **query)["nextCursor"])


def test_a_walk_by_cursor_has_the_count_that_it_began_with(seven: ServedTenant) -> None:
    cursor = page(seven, cursor="", count=2)["nextCursor"]
    assert names(page(seven, cursor=cursor)) == ["cy", "di"]
    assert refusal(seven, cursor=cursor, count=3) == (400, "invalidCount")
    assert refusal(seven, cursor="", count=-1) == (400, "invalidCount")
    assert refusal(seven, cursor="", count=1001) == (400, "invalidCount")
    totals = page(seven, cursor="", count=0)
    assert (totals["totalResults"], totals["Resources"], "nextCursor" in totals) == (7, [], False)


def test_a_cursor_is_good_for_its_query_alone(seven: ServedTenant) -> None:
    cursor = page(seven, cursor="", count=2)["nextCursor"]
    for wrong in (cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), "x", "é", cursor + "AAAA", "=" * 9):
        assert refusal(seven, cursor=wrong) == (400, "invalidCursor")
    assert refusal(seven, cursor=cursor, filter="userName pr") == (400, "invalidCursor")
    assert refusal(seven, cursor=cursor, sortBy="title") == (400, "invalidCursor")
    assert refusal(seven, cursor=cursor, startIndex=1) == (400, "invalidCursor")


def test_a_cursor_of_a_sorted_walk_expires_with_the_process(tmp_path: Path) -> None:
    with served_tenant(tmp_path, "rfc") as tenant:
        for name in NAMES:
            tenant.http.post("/Users", json={"userName": name})
        by_title = page(tenant, cursor="", count=2, sortBy="title")["nextCursor"]
        plain = page(tenant, cursor="", count=2)["nextCursor"]
    with served_tenant(tmp_path, "rfc") as tenant:
        assert refusal(tenant, cursor=by_title, sortBy="title") == (400, "expiredCursor")
        assert names(page(tenant, cursor=plain)) == ["cy", "di"]


def test_a_walk_by_cursor_works_in_the_body_of_a_search_and_at_the_root(seven: ServedTenant) -> None:
    query: dict[str, Any] = {"schemas": [SEARCH], "cursor": "", "count": 4}
    for path, total in (("/Users/.search", 7), ("/.search", 9)):
        first = seven.http.post(path, json=query).json()
        assert (len(first["Resources"]), first["totalResults"]) == (4, total)
        second = seven.http.post(path, json=query | {"cursor": first["nextCursor"]}).json()
        assert names(second)[0] == "ed"
    assert [name for one in walked(seven, "/", count=2) for name in names(one)] == [*NAMES, "Sales", "accounts"]
    by_name = [name for one in walked(seven, "/", count=2, sortBy="displayName") for name in names(one)]
    assert by_name[:2] == ["accounts", "Sales"]


def test_what_pages_there_are_is_said_in_the_service_provider_config(seven: ServedTenant) -> None:
    config = seven.http.get("/ServiceProviderConfig").json()
    assert config["sort"] == {"supported": True}
    assert config["pagination"] == {
        "cursor": True,
        "index": True,
        "defaultPaginationMethod": "index",
        "defaultPageSize": 100,
        "maxPageSize": 1000,
        "cursorTimeout": 600,
    }


@pytest.mark.parametrize("query", [{}, {"sortBy": "userName"}, {"filter": 'userName sw "p"'}])
def test_a_walk_skips_and_repeats_nobody_while_others_write(tmp_path: Path, query: dict[str, str]) -> None:
    with served_tenant(tmp_path, "rfc") as tenant:
        made = [tenant.http.post("/Users", json={"userName": f"p{number:03}"}).json()["id"] for number in range(120)]
        seen: list[str] = []
        done = threading.Event()

        def write() -> None:
            with httpx2.Client(base_url=tenant.tenant_url, headers=tenant.http.headers, trust_env=False) as http:
                for number in range(2000):
                    if done.is_set():
                        return
                    http.post("/Users", json={"userName": f"p{number % 120:03}-new{number}"})
                    http.delete(f"/Users/{made[number % 20]}")
                    change = {"op": "replace", "path": "userName", "value": f"p{119 - number % 100:03}-{number}"}
                    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [change]}
                    http.patch(f"/Users/{made[20 + number % 100]}", json=body)

        writer = threading.Thread(target=write)
        writer.start()
        cursor: str | None = ""
        while cursor is not None and not set(made[20:]) <= set(seen):
            found = page(tenant, cursor=cursor, count=7, **query)
            seen += [one["id"] for one in found["Resources"]]
            cursor = found.get("nextCursor")
        done.set()
        writer.join()
        assert len(set(seen)) == len(seen)
        assert set(made[20:]) <= set(seen)

"""What does an administrator see of the provisioning log in the console?"""

import csv
import io
import re

import pytest

from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser


def identities(page: str) -> list[str]:
    return [re.sub("<.*?>", "", each) for each in re.findall(r'<th scope="row"><a href="/logs/\d+">(.*?)</a>', page)]


def test_the_newest_entries_come_first_and_say_why(root: ConsoleBrowser) -> None:
    page = root.get("/logs").text
    assert sorted(identities(page)[:2]) == ["bo@corp.example", "cy@corp.example"]
    assert len(identities(page)) == 5
    assert "because the user is disabled in the directory" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=ada@corp.example", 1),
        ("q=BO", 2),
        ("q=bo@corp.example&action=disable", 1),
        ("status=failure", 0),
        ("action=update&status=success", 1),
        ("source=cy", 2),
        ("since=2026-01-05T10:30", 2),
        ("until=2026-01-05T10:30", 3),
        ("period=24h", 5),
        ("app=nonsense", 0),
        ("change=nonsense", 0),
        ("since=nonsense", 0),
        ("job=nonsense", 0),
        ("cycle=nonsense", 0),
        ("target=nonsense", 0),
        ("after=nonsense", 5),
    ],
)
def test_entries_are_found_by_the_filters(root: ConsoleBrowser, query: str, expected: int) -> None:
    assert len(identities(root.get(f"/logs?{query}").text)) == expected


def test_what_is_not_understood_is_told_at_its_field(root: ConsoleBrowser) -> None:
    page = root.get("/logs?change=nonsense").text
    assert "This is no change id" in page
    assert '<details class="more-filters" open>' in page


def test_an_entry_has_four_tabs(root: ConsoleBrowser) -> None:
    number = re.search(r'href="/logs/(\d+)"', root.get("/logs?q=bo&action=disable").text)
    assert number is not None
    at = f"/logs/{number[1]}"
    assert "EntryExportUpdateSoftDelete" in root.get(at).text
    assert "It went well" in root.get(f"{at}/troubleshooting").text
    modified = root.get(f"{at}/modified").text
    assert re.search(r"active</code>.*True.*False", modified, re.DOTALL)
    summary = root.get(f"{at}/summary").text
    change = re.search(r"Change ID</dt><dd><bdi>([0-9a-f-]{36})", summary)
    assert change is not None
    assert identities(root.get(f"/logs?change={change[1]}").text) == ["bo@corp.example"]


@pytest.mark.parametrize("number", ["999", "nonsense", "9" * 40])
def test_an_entry_that_there_is_not_is_said_so(root: ConsoleBrowser, number: str) -> None:
    assert root.get(f"/logs/{number}").status_code == 404


def test_the_log_of_one_application_stands_among_its_pages(root: ConsoleBrowser, admin: Administrator) -> None:
    page = root.get(f"/apps/{admin.app.id}/logs?q=ada").text
    assert identities(page) == ["ada@corp.example"]
    assert "All applications" not in page


def test_the_log_is_downloaded_as_it_is_filtered(root: ConsoleBrowser) -> None:
    entries = root.get("/logs/download/logs.json?q=cy").json()
    assert {entry["sourceIdentity"]["displayName"] for entry in entries} == {"cy@corp.example"}
    assert root.get("/logs/download/logs.json?q=nobody").json() == []
    answer = root.get("/logs/download/properties.csv?q=cy&action=update")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["changeId", "displayName", "oldValue", "newValue"]
    assert [row[1:] for row in rows[1:]] == [["title", "Cook", """'=HYPERLINK("x")"""]]
    assert "ProvisioningLogs_ModifiedProperties.csv" in answer.headers["content-disposition"]
    assert len(root.get("/logs/download/entries.csv").text.splitlines()) == 6
    assert root.get("/logs/download/nonsense").status_code == 404

"""Does a directory that was fed a real company's months hold what their files say?"""

import csv
import io
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from instep.connectors.sources.csv.headings import read_heading
from instep.directory.errors import UnreadableFile

SHARED = Path(__file__).parents[4] / "shared" / "data"
MONTHS = ["1995-06-30", "1995-07-31", "1995-08-31", "1995-09-30", "1995-10-31", "1995-12-31", "1996-06-30"]

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the data to try the project on is not at {SHARED}")


class Kept(io.BytesIO):
    def close(self) -> None:
        """The script's own wrapper closes what it writes to."""


@pytest.fixture
def company_on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """The script that writes a day's company, reading its compressed tables once and for 1,000 people only."""
    spec = spec_from_file_location("snapshot", SHARED / "employees_history" / "snapshot.py")
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    read = script.rows

    def some_rows(name: str) -> list[dict[str, str]]:
        return [row for row in read(name) if int(row.get("emp_no", 0)) <= 11_000]

    monkeypatch.setattr(script, "rows", cache(some_rows))
    monkeypatch.setattr(script, "names", cache(script.names))

    def company_on(day: str) -> str:
        written = Kept()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["snapshot.py", day, "--people", "1000"])
            patch.setattr(sys, "stdout", io.TextIOWrapper(written))
            script.main()
        return written.getvalue().decode()

    return company_on


def said_by(text: str) -> dict[str, dict[str, object]]:
    rows = csv.DictReader(io.StringIO(text))
    heading = read_heading(rows.fieldnames or [], "months")
    return {
        row["id"]: {
            column.attribute.name: row[column.heading] == "True"
            if column.attribute.type.value == "Boolean"
            else row[column.heading]
            for column in heading.columns
            if row[column.heading]
        }
        for row in rows
    }


def test_after_each_month_the_directory_equals_the_file(company, company_on):
    for day in MONTHS:
        text = company_on(day)
        before, logged = company.live(), len(company.log())
        report = company.snapshot(text)
        said = said_by(text)
        assert {user.id: dict(user.attributes) for user in company.live().values()} == said
        differing = sum(before[key].attributes != said[key] for key in before.keys() & said.keys())
        assert (report.updated, report.bad_rows, report.removals_held) == (differing, 0, 0)
        assert len(company.log()) - logged == report.added + report.updated + report.removed + 2 * report.restored
        company.wait(days=31)
        again = company.snapshot(text)
        assert again.unchanged == again.rows == report.rows


def test_download_users_of_2021_is_read_with_its_formulas_as_they_are(company):
    report = company.merge((SHARED / "entra_google_csv" / "entra_download_users_2021.csv").read_bytes())
    assert (report.added, report.bad_rows) == (2, 0)
    first = company.live()["7cc0c81b-f2a2-489a-8243-eda96da4214d"].attributes
    assert (first["displayName"], first["usageLocation"], first["otherMails"]) == (
        "=1+3 MSOBB",
        "DE",
        ("MSOBBYSec@outlook.com",),
    )


def test_download_users_of_the_older_vintage_is_read(company):
    heading = (SHARED / "entra_google_csv" / "entra_download_users_older_header.csv").read_text().strip()
    row = ["a@x", "Amy", "A", "a@x", "Amy", "o-1", "Member", "Clerk", "Sales", "True", "BE", "Street 1", "BRU", "BE"]
    row += ["Room 5", "Brussels", "1000", "+322", "+324", "", "", "", "a@home;b@home", "", "", ""]
    report = company.merge(heading + "\n" + ",".join(row) + "\n")
    assert (report.added, report.bad_rows) == (1, 0)
    amy = company.live()["o-1"].attributes
    assert (amy["physicalDeliveryOfficeName"], amy["mobile"]) == ("Room 5", "+324")
    assert amy["otherMails"] == ("a@home", "b@home")


def test_the_bulk_create_template_is_read(company):
    heading = (SHARED / "entra_google_csv" / "entra_bulk_create_template_v1.0.csv").read_text().strip()
    report = company.merge(heading + "\nAmy,amy@x,secret,No,Amy,A,,Sales" + "," * 9 + "+324\n")
    assert (report.added, report.bad_rows) == (1, 0)
    (amy,) = company.live().values()
    assert (amy.is_enabled, amy.attributes["mobile"]) == (True, "+324")


def test_a_list_of_another_product_is_refused_by_its_headings(company):
    with pytest.raises(UnreadableFile, match="userPrincipalName or id"):
        company.merge((SHARED / "entra_google_csv" / "google_workspace_bulk_upload_header.csv").read_bytes())

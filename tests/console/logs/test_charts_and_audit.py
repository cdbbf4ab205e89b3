"""What do the charts and the audit log show in the console?"""

import html
import re

import orjson
import pytest

from console.console_site import Site
from fakes.administrator import ACTOR, Administrator
from fakes.console_browser import ConsoleBrowser
from instep.access.roles import Role


@pytest.mark.parametrize("period", ["day", "week", "month", "quarter", "nonsense"])
def test_charts_have_their_data_and_say_it_in_words(root: ConsoleBrowser, admin: Administrator, period: str) -> None:
    for path in ("/logs/charts", f"/apps/{admin.app.id}/logs/charts"):
        page = root.get(f"{path}?period={period}").text
        found = [orjson.loads(html.unescape(each)) for each in re.findall(r'data-chart="([^"]*)"', page)]
        assert [len(each["series"]) for each in found] == [4, 2, 2, 1]
        assert sum(found[0]["series"][0]["values"]) == 3
        assert "3 created, 1 updated, 1 disabled, 0 deleted." in page


def test_the_audit_log_shows_old_and_new_values_and_no_secret(root: ConsoleBrowser, admin: Administrator) -> None:
    token = admin.instep.jobs.secret_token(admin.job)
    page = root.get("/audit").text
    assert "Add provisioning configuration" in page
    assert "tenant_url" in page
    assert "***" in page
    assert token not in page


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        (f"q={ACTOR.upper()}", True),
        ("q=nobody", False),
        ("activity=Add application", True),
        ("activity=nonsense", False),
        ("app=nonsense", False),
        ("period=24h", True),
        ("after=1", False),
    ],
)
def test_the_audit_log_is_narrowed_down(root: ConsoleBrowser, query: str, is_found: bool) -> None:
    assert ('id="audit-' in root.get(f"/audit?{query}").text) is is_found


def test_who_may_not_read_the_audit_log_does_not(admin: Administrator) -> None:
    assert Site(admin).signed_in(Role.USER_ADMINISTRATOR).get("/audit").status_code == 403

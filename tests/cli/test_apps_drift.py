"""What does the command on drift print?"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.command_line import CommandLine
from fakes.served_tenant import served_tenant


def test_a_sweep_tells_what_differs_who_is_gone_and_who_is_nobodys(tmp_path: Path) -> None:
    with served_tenant(tmp_path / "tenant") as tenant:
        instep = CommandLine(tmp_path / "instep")
        instep.connects(tenant)
        instep.hires("ada", "bob")
        instep.done("apps", "provision", "proxyclick")
        assert "Nobody has swept through Proxyclick yet" in instep.done("apps", "drift", "proxyclick")
        ids = {account["userName"]: account["id"] for account in tenant.everyone()}
        renamed = {"op": "replace", "path": "name.givenName", "value": "Augusta"}
        patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [renamed]}
        assert tenant.http.patch(f"/Users/{ids['ada@x.example']}", json=patch).status_code in (200, 204)
        assert tenant.http.delete(f"/Users/{ids['bob@x.example']}").status_code == 204
        differs, gone, summary = sorted(
            instep.objects("apps", "drift", "proxyclick", "--sweep"), key=lambda each: str(each.get("finding", "x"))
        )
        assert (differs["attribute"], differs["there"], differs["user"]) == (
            "name.givenName",
            "Augusta",
            "ada@x.example",
        )
        assert (gone["finding"], gone["user"], gone["attribute"]) == ("gone", "bob@x.example", None)
        assert (summary["findings"], summary["sweep"]["state"], summary["sweep"]["gone"]) == (2, "ended", 1)
        text = instep.done("apps", "drift", "proxyclick")
        assert "there 'Augusta'" in text
        assert "Gone from the application: 1 linked account." in text


@pytest.mark.parametrize("requests", ["0", "many"])
def test_a_number_of_requests_that_is_none_is_refused(tmp_path: Path, requests: str) -> None:
    result = CommandLine(tmp_path)("apps", "drift", "proxyclick", "--sweep", "--requests", requests)
    assert result.exit_code == 2

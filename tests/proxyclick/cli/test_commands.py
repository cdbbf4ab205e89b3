"""The commands of the tenant, as scripts and people use them."""

import json
import os
import signal
import stat
from pathlib import Path

import httpx2
import pytest

from fakes.served_tenant import ServedTenant, run_command, served_tenant


def test_a_token_works_at_once_and_until_it_is_revoked(tenant: ServedTenant) -> None:
    data = ["--data", str(tenant.data)]
    issued = json.loads(run_command("integrations", "install", "entra", "--json", *data).stdout)
    assert issued["tenant_url"] == tenant.tenant_url
    headers = {"Authorization": f"Bearer {issued['secret_token']}"}
    assert tenant.http.get("/Users", headers=headers).status_code == 200
    assert tenant.http.get("/Users").status_code == 200
    assert run_command("integrations", "revoke", issued["secret_token"][:12], *data).returncode == 0
    assert tenant.http.get("/Users", headers=headers).status_code == 401
    assert tenant.http.get("/Users").status_code == 200


def test_tokens_are_rotated_while_the_tenant_serves(tenant: ServedTenant) -> None:
    data = ["--data", str(tenant.data)]
    first = json.loads(run_command("integrations", "install", "scim", "--json", *data).stdout)["secret_token"]
    listed = [json.loads(line) for line in run_command("integrations", "list", "--json", *data).stdout.splitlines()]
    number = str(listed[-1]["number"])
    second = json.loads(run_command("integrations", "rotate", number, "--json", *data).stdout)["secret_token"]
    for token in (first, second):
        assert tenant.http.get("/Users", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    third = run_command("integrations", "rotate", second[:12], "--keep-old", "0", *data)
    assert (third.returncode, "2 tokens are good" in third.stderr) == (1, True)
    assert run_command("integrations", "revoke", first[:12], *data).returncode == 0
    assert run_command("integrations", "rotate", second[:12], "--keep-old", "0", *data).returncode == 0
    assert tenant.http.get("/Users", headers={"Authorization": f"Bearer {second}"}).status_code == 401
    shown = run_command("integrations", "list", *data).stdout
    assert (f"...{second[-4:]}  revoked" in shown, second in shown) == (True, False)


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic eDp5", "Bearer nobody", "Bearer pxk_00000000_x"])
def test_an_empty_or_unknown_token_is_refused_as_scim_and_http_say(tenant: ServedTenant, authorization: str) -> None:
    answer = tenant.http.get("/Users", headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["status"]) == (401, "401")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/scim+json"


def test_a_token_is_never_shown_again_and_never_kept(tenant: ServedTenant) -> None:
    listed = run_command("integrations", "list", "--json", "--data", str(tenant.data)).stdout
    assert tenant.secret_token not in listed
    assert tenant.secret_token[:12] in listed
    kept = b"".join(path.read_bytes() for path in tenant.data.iterdir())
    assert tenant.secret_token.encode() not in kept


def test_before_the_first_serving_the_default_address_is_told(tmp_path: Path) -> None:
    issued = json.loads(run_command("integrations", "install", "entra", "--json", "--data", str(tmp_path)).stdout)
    assert issued["tenant_url"] == "http://127.0.0.1:8420/scim/v2"
    assert len(issued["secret_token"]) >= 43


def test_the_data_is_for_its_owner_alone(tenant: ServedTenant) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tenant.data.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "proxyclick.db-wal" in modes


def test_a_new_data_directory_is_for_its_owner_alone(tmp_path: Path) -> None:
    run_command("integrations", "list", "--data", str(tmp_path / "new"))
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_signal_ends_it_in_peace_and_the_location_follows_the_next_address(tmp_path: Path) -> None:
    with served_tenant(tmp_path) as tenant:
        made = tenant.create("ada@corp.example")
        tenant.process.send_signal(signal.SIGTERM)
        assert tenant.process.wait(timeout=15) == 0
    with served_tenant(tmp_path) as tenant:
        (found,) = tenant.everyone()
        assert found["meta"]["location"] == f"{tenant.tenant_url}/Users/{made['id']}"
        tenant.process.send_signal(signal.SIGINT)
        assert tenant.process.wait(timeout=15) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--host", "nowhere.invalid"], "nowhere.invalid is no address of this machine"),
        (["serve", "--host", "192.0.2.1", "--port", "0"], "Port 0 of 192.0.2.1 cannot be had"),
        (["integrations", "install", "okta"], "There is no integration 'okta'"),
        (["integrations", "revoke", "pxk_nothing"], "No token that is good begins with"),
        (["integrations", "rotate", "7"], "No token that is good begins with"),
        (["integrations", "rotate", "7", "--keep-old", "soon"], "'soon' is no duration"),
        (["integrations", "install", "entra", "--location", "CO-B000"], "There is no location 'CO-B000'"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_can(tmp_path: Path, arguments: list[str], message: str) -> None:
    outcome = run_command(*arguments, "--data", str(tmp_path))
    assert outcome.returncode == 1
    assert message in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_port_or_a_directory_in_use_is_said(tenant: ServedTenant, tmp_path: Path) -> None:
    port = str(httpx2.URL(tenant.site).port)
    taken = run_command("serve", "--port", port, "--data", str(tmp_path))
    assert (taken.returncode, f"Port {port}" in taken.stderr) == (1, True)
    served = run_command("serve", "--port", "0", "--data", str(tenant.data))
    assert (served.returncode, tenant.site in served.stderr) == (1, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    outcome = run_command("integrations", "list", "--data", str(tmp_path / "data"))
    assert (outcome.returncode, "cannot be used" in outcome.stderr) == (1, True)


def test_a_file_in_the_place_of_the_directory_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a directory")
    outcome = run_command("integrations", "list", "--data", str(tmp_path / "data"))
    assert (outcome.returncode, "cannot be used" in outcome.stderr) == (1, True)

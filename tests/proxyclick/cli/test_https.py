"""The tenant as it speaks HTTPS."""

import json
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from fakes.served_tenant import COMMAND, environment, run_command, user


@contextmanager
def served(data: Path, *arguments: str) -> Iterator[dict[str, Any]]:
    """What `serve --json` tells of a tenant that is served so."""
    command = [*COMMAND, "serve", "--data", str(data), "--json", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def trusting(told: dict[str, Any]) -> httpx2.Client:
    return httpx2.Client(verify=ssl.create_default_context(cafile=told["certificate"]), trust_env=False)


def test_users_are_provisioned_over_https_by_whoever_trusts_its_certificate(tmp_path: Path) -> None:
    with served(tmp_path, "--https-port", "0") as told, trusting(told) as http:
        issued = json.loads(run_command("integrations", "install", "entra", "--json", "--data", str(tmp_path)).stdout)
        assert issued["tenant_url"].startswith(told["url"])
        headers = {"Authorization": f"Bearer {issued['secret_token']}"}
        answer = http.post(f"{issued['tenant_url']}/Users", json=user(), headers=headers)
        assert answer.status_code == 201
        assert answer.json()["meta"]["location"].startswith("https://127.0.0.1:")
        link = http.get(told["first_administrator"].replace("127.0.0.1", "localhost"))
        assert link.status_code == 200
        assert "__Host-proxyclick" in link.cookies
        certificate = Path(told["certificate"]).read_bytes()
    with served(tmp_path, "--https-port", "0") as told, trusting(told) as http:
        assert Path(told["certificate"]).read_bytes() == certificate


def test_plain_http_is_served_beside_it_where_a_port_is_given_for_it(tmp_path: Path) -> None:
    with served(tmp_path, "--https-port", "0", "--port", "0") as told, trusting(told) as http:
        secure, plain = told["urls"]
        assert (secure[:6], plain[:17]) == ("https:", "http://127.0.0.1:")
        for site in (secure, plain):
            assert http.get(f"{site}/scim/v2/ServiceProviderConfig").status_code in (200, 401)


def test_any_other_address_is_served_by_https_alone(tmp_path: Path) -> None:
    with served(tmp_path, "--host", "0.0.0.0", "--port", "0") as told, trusting(told) as http:
        (site,) = told["urls"]
        assert site.startswith("https:")
        port = told["port"]
        assert http.get(f"https://127.0.0.1:{port}/scim/v2/Users").status_code == 401
        with httpx2.Client(trust_env=False) as plain:
            try:
                status = plain.get(f"http://127.0.0.1:{port}/scim/v2/Users").status_code
            except httpx2.TransportError:
                status = None
        assert status is None


def test_the_address_of_a_browser_is_not_taken_from_what_it_says(tmp_path: Path) -> None:
    with served(tmp_path, "--https-port", "0") as told, trusting(told) as http:
        page = http.get(told["first_administrator"])
        token = page.text.partition('csrf_token" value="')[2].partition('"')[0]
        person = {"email": "a@b.example", "first_name": "A", "last_name": "B", "password": "correct horse battery"}
        lie = {"X-Forwarded-For": "192.0.2.66"}
        form = {"csrf_token": token, **person}
        assert http.post(told["first_administrator"], data=form, headers=lie).status_code == 303
        sessions = http.get(f"{told['url']}/settings/sessions", headers=lie).text
        assert "127.0.0.1" in sessions
        assert "192.0.2.66" not in sessions


def test_a_given_certificate_is_used(tmp_path: Path) -> None:
    with served(tmp_path / "a", "--https-port", "0") as told:
        own = Path(told["certificate"])
    pair = ["--certificate", str(own), "--key", str(own.with_name("certificate-key.pem"))]
    with served(tmp_path / "b", "--https-port", "0", *pair) as told:
        assert "certificate" not in told
        with trusting({"certificate": own}) as http:
            assert http.get(f"{told['url']}/scim/v2/Users").status_code == 401


def test_half_of_a_pair_is_refused(tmp_path: Path) -> None:
    outcome = run_command("serve", "--https-port", "0", "--key", str(tmp_path / "key.pem"), "--data", str(tmp_path))
    assert (outcome.returncode, "Give both or none" in outcome.stderr) == (2, True)

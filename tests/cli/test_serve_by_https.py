"""How `instep serve` is reached by HTTPS."""

import json
import os
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fakes.command_line import CommandLine
from instep.cli.places import CannotServe, places_of, site_of

SRC = Path(__file__).parents[2] / "src"


@contextmanager
def served(data: Path, *arguments: str) -> Iterator[dict[str, Any]]:
    """What `serve --json` tells of an installation that is served so."""
    command = [sys.executable, "-m", "instep.cli.main", "serve", "--data", str(data), "--json", *arguments]
    environment = os.environ | {"PYTHONPATH": str(SRC)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def trusting(told: dict[str, Any]) -> httpx2.Client:
    return httpx2.Client(verify=ssl.create_default_context(cafile=told["certificate"]), trust_env=False)


def test_programs_and_browsers_are_served_by_https_and_by_http_beside_it(tmp_path: Path) -> None:
    command = CommandLine(tmp_path)
    (client,) = command.objects("clients", "add", "nightly", "--permission", "User.Read.All")
    form = {"grant_type": "client_credentials", "client_id": client["client_id"]}
    with served(tmp_path / "data", "--https-port", "0", "--port", "0") as told, trusting(told) as http:
        secure, plain = told["urls"]
        assert (secure[:6], plain[:17]) == ("https:", "http://127.0.0.1:")
        key = Path(told["certificate"]).with_name("certificate-key.pem")
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        for site in (secure, plain):
            answer = http.post(f"{site}/t/oauth2/v2.0/token", data={**form, "client_secret": client["client_secret"]})
            headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
            assert http.get(f"{site}/v1.0/users", headers=headers).json()["value"] == []
        page = http.get(told["first_sign_in"])
        assert page.status_code == 200
        assert "__Host-instep" in str(page.headers)


def test_another_address_is_served_by_https_alone_and_knows_its_name(tmp_path: Path) -> None:
    with served(tmp_path, "--host", "0.0.0.0", "--port", "0") as told, trusting(told) as http:
        (site,) = told["urls"]
        port = httpx2.URL(site).port
        assert http.get(f"https://127.0.0.1:{port}/sign-in").status_code == 200
        with httpx2.Client(trust_env=False) as plain, pytest.raises(httpx2.TransportError):
            plain.get(f"http://127.0.0.1:{port}/sign-in")


@pytest.mark.parametrize(
    ("given", "sites"),
    [
        (("127.0.0.1", None, None), ["http://127.0.0.1:8480"]),
        (("127.0.0.1", 1, 2), ["https://127.0.0.1:2", "http://127.0.0.1:1"]),
        (("::1", None, 2), ["https://[::1]:2"]),
        (("192.0.2.7", None, None), ["https://192.0.2.7:8480"]),
        (("192.0.2.7", 1, 2), ["https://192.0.2.7:2", "http://127.0.0.1:1"]),
    ],
)
def test_plain_http_is_for_loopback_alone(given: tuple[str, int | None, int | None], sites: list[str]) -> None:
    places = places_of(*given)
    assert [site_of(place, place.port) for place in places] == sites
    assert all(place.is_secure or place.host in ("127.0.0.1", "::1") for place in places)


def test_what_cannot_be_listened_on_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotServe, match=r"nowhere\.invalid is no address of this machine"):
        places_of("nowhere.invalid", None, None)
    command = CommandLine(tmp_path)
    result = command("serve", "--key", "x.pem")
    assert (result.exit_code, "Give both or none" in result.output) == (2, True)
    result = command("serve", "--https-port", "0", "--certificate", "a.pem", "--key", "b.pem")
    assert (result.exit_code, "Give a PEM file" in result.output) == (1, True)

"""Where the tenant listens, and where it speaks HTTPS."""

import socket
from typing import Any

import pytest

from proxyclick.cli.places import Place, places_of, site_of
from proxyclick.cli.refusals import CannotDo
from proxyclick.settings import Settings


@pytest.mark.parametrize(
    ("given", "sites"),
    [
        ({}, ["http://127.0.0.1:8420"]),
        ({"port": 1}, ["http://127.0.0.1:1"]),
        ({"https_port": 2}, ["https://127.0.0.1:2"]),
        ({"port": 1, "https_port": 2}, ["https://127.0.0.1:2", "http://127.0.0.1:1"]),
        ({"host": "::1"}, ["http://[::1]:8420"]),
        ({"host": "localhost", "https_port": 2}, ["https://localhost:2"]),
        ({"host": "192.0.2.7"}, ["https://192.0.2.7:8420"]),
        ({"host": "192.0.2.7", "port": 1}, ["https://192.0.2.7:1"]),
        ({"host": "192.0.2.7", "port": 1, "https_port": 2}, ["https://192.0.2.7:2", "http://127.0.0.1:1"]),
        ({"host": "0.0.0.0", "https_port": 2}, [f"https://{socket.gethostname()}:2"]),
        ({"host": "::", "port": 1}, [f"https://{socket.gethostname()}:1"]),
    ],
)
def test_plain_http_is_for_loopback_alone(given: dict[str, Any], sites: list[str]) -> None:
    places = places_of(Settings.model_validate(given))
    assert [site_of(place, place.port) for place in places] == sites
    assert all(place.is_secure or place.host in ("127.0.0.1", "::1", "localhost") for place in places)


def test_a_name_without_an_address_is_refused() -> None:
    with pytest.raises(CannotDo, match="no address of this machine"):
        places_of(Settings(host="nowhere.invalid"))


def test_an_address_of_ipv6_is_put_in_brackets() -> None:
    assert site_of(Place("2001:db8::1", 0, True), 8443) == "https://[2001:db8::1]:8443"

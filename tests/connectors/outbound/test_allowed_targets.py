"""Which Tenant URLs are refused, and what does INSTEP_ALLOWED_TARGETS change?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.outbound.hostile_tenant_urls import HOSTILE, THIS_MACHINE
from instep.connectors.outbound.allowed_targets import (
    LOOPBACK,
    SETTING,
    AllowedTargets,
    TargetsUnreadable,
    read_allowed_targets,
)
from instep.connectors.outbound.network_addresses import Kind, connected_address, kind_of
from instep.connectors.targets.scim.addresses import TenantUrlRefused, check_tenant_url

NOTHING = AllowedTargets()
URLS = [(url, why) for why, urls in HOSTILE.items() for url in urls]


def _is_taken(url: str, listed: str) -> bool:
    try:
        check_tenant_url(url, read_allowed_targets(listed))
    except TenantUrlRefused:
        return False
    return True


def test_there_are_150_hostile_urls_at_least_and_none_twice() -> None:
    urls = [url for url, _ in URLS]
    assert len(set(urls)) == len(urls) >= 150


@pytest.mark.parametrize(("url", "why"), URLS, ids=[f"{number}-{why}" for number, (_, why) in enumerate(URLS)])
@pytest.mark.parametrize("listed", ["", LOOPBACK])
def test_a_hostile_tenant_url_is_refused_in_words(url: str, why: str, listed: str) -> None:
    with pytest.raises(TenantUrlRefused, match="The Tenant URL") as refusal:
        check_tenant_url(url, read_allowed_targets(listed))
    assert "hunter2" not in str(refusal.value), why


@pytest.mark.parametrize("url", THIS_MACHINE)
def test_this_machine_is_refused_only_where_it_is_not_listed(url: str) -> None:
    assert _is_taken(url, LOOPBACK)
    with pytest.raises(TenantUrlRefused, match=SETTING):
        check_tenant_url(url, NOTHING)


def test_a_refusal_says_what_to_list_and_then_it_is_taken() -> None:
    url = "https://10.0.0.5:8443/scim"
    with pytest.raises(TenantUrlRefused, match=f"private network.*adds 10.0.0.5 to {SETTING}"):
        check_tenant_url(url, NOTHING)
    assert check_tenant_url(url, read_allowed_targets("10.0.0.5")) == url


@pytest.mark.parametrize(
    ("listed", "taken", "refused"),
    [
        ("10.1.0.0/16", "https://10.1.2.3/", "https://10.2.0.1/"),
        ("fd00::/8", "https://[fd12::1]/", "https://[fe80::1]/"),
        ("10.1.2.3:8443", "https://10.1.2.3:8443/", "https://10.1.2.3/"),
        ("[fd12::1]:8443", "https://[fd12::1]:8443/", "https://[fd12::1]/"),
        ("*.local", "https://scim.local/", "https://local/"),
        ("scim.local, intranet", "https://intranet/", "https://other.local/"),
        ("SCIM.Local:22", "https://scim.local:22/", "https://scim.local/"),
        ("scim.example:636", "https://scim.example:636/", "https://scim.example:637/"),
        ("169.254.169.254", "https://169.254.169.254/", "https://169.254.169.253/"),
        ("10.0.0.0/8", "https://10.0.0.1/", "http://10.0.0.1/"),
    ],
)
def test_what_is_listed_is_taken_and_nothing_beside_it(listed: str, taken: str, refused: str) -> None:
    assert _is_taken(taken, listed)
    assert not _is_taken(refused, listed)


def test_a_network_does_not_list_the_metadata_service_in_it() -> None:
    assert not _is_taken("https://169.254.169.254/", "169.254.0.0/16, 0.0.0.0/0")
    assert not _is_taken("https://0.0.0.0/", "0.0.0.0/0, 0.0.0.0")


@pytest.mark.parametrize(
    "text", ["10.0.0.0/33", "10.0.0.1/8", "scim_1.example", "scim.example:0", "scim.example:99999", "a b!", "[::1", "1"]
)
def test_a_setting_that_cannot_be_read_is_refused_with_its_entry(text: str) -> None:
    with pytest.raises(TargetsUnreadable, match=SETTING):
        read_allowed_targets(text)


@pytest.mark.parametrize(
    ("host", "answers", "is_allowed"),
    [
        ("scim.example", "93.184.216.34", True),
        ("scim.example", "2606:4700::1111", True),
        ("scim.example", "64:ff9b::5db8:d822", True),  # by NAT64, of an address of the internet
        ("scim.example", "::ffff:93.184.216.34", True),
        ("127.0.0.1.nip.example", "127.0.0.1", False),
        ("scim.example", "127.0.0.1", False),
        ("scim.example", "::1", False),
        ("scim.example", "10.0.0.5", False),
        ("scim.example", "64:ff9b::a00:5", False),
        ("scim.example", "::ffff:10.0.0.5", False),
        ("scim.example", "2002:a00:5::", False),
        ("scim.example", "fe80::1%eth0", False),
        ("scim.example", "169.254.169.254", False),
        ("scim.example", "0.0.0.0", False),
        ("known.example", "10.0.0.5", True),
        ("known.example", "fd00::5", True),
        ("known.example", "127.0.0.1", False),
        ("known.example", "169.254.169.254", False),
        ("known.example", "224.0.0.1", False),
    ],
)
def test_a_name_is_judged_by_the_address_that_it_has(host: str, answers: str, is_allowed: bool) -> None:
    listed = read_allowed_targets("known.example")
    assert (listed.why_not_address(host, 443, connected_address(answers)) is None) is is_allowed


@given(st.ip_addresses())
def test_no_address_that_the_standard_library_knows_as_private_is_of_the_internet(address: object) -> None:
    judged = connected_address(str(address))
    if judged.is_private or judged.is_loopback or judged.is_link_local or judged.is_multicast or judged.is_unspecified:
        assert kind_of(judged) is not Kind.PUBLIC

"""Which Tenant URLs are refused, and what stands in the address of each request?"""

from contextlib import suppress
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.allowed import THIS_MACHINE
from instep.connectors.targets.scim.addresses import Addresses, CannotBeAddressed, TenantUrlRefused, check_tenant_url
from instep.scim.filters import Compare, Operator, parse_filter
from instep.scim.paths import parse_path

DOTS = (".", "..")
GOOD = [
    "https://api.proxyclick.com/scim/v1",
    "https://scim.example",
    "https://scim.example:8443/v2/",
    "https://scim.example/v2?aadOptscim062020",
    "https://[2606:4700::1111]/scim",
    "https://[2606:4700::1111]:8443/scim",
    "HTTPS://SCIM.example/v2",
    "http://127.0.0.1:8080/scim/v2",
    "http://localhost/scim",
    "http://LOCALHOST:9/scim",
    "http://[::1]:8080/scim",
]
REFUSED = [
    "",
    "   ",
    "scim.example/v2",
    "//scim.example/v2",
    "https://",
    "https:///v2",
    "https://:8080/v2",
    "ftp://scim.example/v2",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "ws://scim.example/v2",
    "http://scim.example/v2",
    "http://127.0.0.1.scim.example/v2",
    "http://localhost.scim.example/v2",
    "http://0.0.0.0/v2",
    "http://2130706433/v2",
    "http://[::ffff:127.0.0.1]/v2",
    "http://127.0.0.1@scim.example/v2",
    "https://me:secret@scim.example/v2",
    "https://me@scim.example/v2",
    "https://:secret@scim.example/v2",
    "https://@scim.example/v2",
    "https://good.example\\@scim.example/v2",
    "https://scim.example/v2#part",
    "https://scim.example:0/v2",
    "https://scim.example:99999/v2",
    "https://scim.example:-1/v2",
    "https://scim.example:port/v2",
    "https://[::1/v2",
    "https://[not-an-address]/v2",
    "https://scim example/v2",
    "https://scim.example/v 2",
    "https://scim.ex\nample/v2",
    "https://scim.example/v2\r\nX-Header: 1",
    "https://scim.example/\x00",
]


@pytest.mark.parametrize("url", GOOD)
def test_a_good_tenant_url_is_taken_as_it_is(url: str) -> None:
    assert check_tenant_url(f"  {url}\n", THIS_MACHINE) == url


@pytest.mark.parametrize("url", REFUSED)
def test_a_tenant_url_that_is_none_or_dangerous_is_refused_in_words(url: str) -> None:
    with pytest.raises(TenantUrlRefused, match="Tenant URL"):
        check_tenant_url(url, THIS_MACHINE)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2@scim.example/v2",
        "http://me:hunter2@scim.example/v2",
        "https://me:hunter2@scim.example/v 2",
        "https://me:hunter2@scim.example:99999/v2",
        "ftp://me:hunter2@scim.example/",
        "//me:hunter2@scim.example/",
    ],
)
def test_a_refusal_never_repeats_a_password(url: str) -> None:
    with pytest.raises(TenantUrlRefused) as refusal:
        check_tenant_url(url, THIS_MACHINE)
    assert "hunter2" not in str(refusal.value)


@given(st.text(max_size=60))
def test_any_text_is_taken_or_refused_and_nothing_else_happens(text: str) -> None:
    with suppress(TenantUrlRefused):
        Addresses(check_tenant_url(text, THIS_MACHINE)).user("U1")


def test_flags_in_the_tenant_url_are_not_sent() -> None:
    addresses = Addresses("https://scim.example/v2/?aadOptscim062020")
    assert addresses.users == "https://scim.example/v2/Users"
    assert addresses.user("U1") == "https://scim.example/v2/Users/U1"


def test_a_filter_is_written_as_entra_writes_it() -> None:
    find = Addresses("https://scim.example/v2").find
    assert find("userName", "a b@x") == "https://scim.example/v2/Users?filter=userName+eq+%22a+b%40x%22"
    assert find('emails[type eq "work"].value', "x").endswith("?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22x%22")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_value_comes_out_of_the_filter_as_it_went_in(value: str) -> None:
    url = Addresses("https://scim.example/v2").find("userName", value)
    assert url.isascii()
    parts = urlsplit(url)
    assert (parts.path, parts.fragment) == ("/v2/Users", "")
    [text] = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True)["filter"]
    assert parse_filter(text) == Compare(parse_path("userName"), Operator.EQ, value)


@pytest.mark.parametrize("account_id", [".", ".."])
def test_an_id_that_means_another_place_in_an_address_is_refused(account_id: str) -> None:
    with pytest.raises(CannotBeAddressed, match="means another place"):
        Addresses("https://scim.example/v2").user(account_id)


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(lambda i: i not in DOTS)
)
def test_an_id_is_one_segment_of_the_path_whatever_it_holds(account_id: str) -> None:
    parts = urlsplit(Addresses("https://scim.example/v2").user(account_id))
    assert (parts.query, parts.fragment) == ("", "")
    prefix, _, segment = parts.path.rpartition("/")
    assert prefix == "/v2/Users"
    assert unquote(segment) == account_id

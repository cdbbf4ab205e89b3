"""May this Tenant URL be used, and which address does each request have?"""

import re
from urllib.parse import quote, urlsplit, urlunsplit

from instep.connectors.outbound.allowed_targets import AllowedTargets
from instep.connectors.outbound.web_addresses import LONGEST, AddressRefused, check_web_address
from instep.scim.dialects import ENTRA, Dialect, Excluded
from instep.scim.dialects.queries import cursor_query, filter_query, page_query
from instep.scim.syntax import Literal

_DOT_SEGMENTS = frozenset({".", ".."})  # removed from a path on the way, encoded or not (RFC 3986, 5.2.4)


class CannotBeAddressed(Exception):
    """An id that no address leads to: a request with it would reach something else."""


class TenantUrlRefused(Exception):
    """A Tenant URL that cannot be used, or that would send the Secret Token where it must not go."""


def check_tenant_url(url: str, allowed: AllowedTargets) -> str:
    """Return the Tenant URL without surrounding space. Raises TenantUrlRefused, saying what to do."""
    url = url.strip(" \t\r\n")
    if "@" in re.split(r"[/?#]", url.partition("//")[2])[0]:  # first, so that no other refusal repeats a password
        raise TenantUrlRefused("The Tenant URL must not contain a user name or password; the Secret Token is enough.")
    try:
        check_web_address(url, allowed)
    except AddressRefused as reason:
        shown = "" if len(url) > LONGEST or "@" in url else f" {url!r}"
        raise TenantUrlRefused(f"The Tenant URL{shown} {reason}") from None
    return url


def _segment(resource_id: str) -> str:
    if resource_id in _DOT_SEGMENTS:
        raise CannotBeAddressed(f"the id {resource_id!r} means another place in an address, whatever encodes it")
    return quote(resource_id, safe="")


class GroupAddresses:
    """The addresses of one tenant's groups; members are left out of the answers but where they are asked for."""

    def __init__(self, tenant_url: str, dialect: Dialect = ENTRA) -> None:
        self._dialect = dialect
        self._excluded = "excludedAttributes=members" if dialect.excluded_attributes is Excluded.SENT else ""
        parts = urlsplit(tenant_url)
        self.groups = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + "/Groups", "", ""))

    def whole(self, resource_id: str) -> str:
        """Return the address of one group. Raises CannotBeAddressed."""
        return f"{self.groups}/{_segment(resource_id)}"

    def group(self, resource_id: str) -> str:
        """Return the address of one group without its members. Raises CannotBeAddressed."""
        return f"{self.whole(resource_id)}?{self._excluded}" if self._excluded else self.whole(resource_id)

    def find(self, attribute: str, value: str) -> str:
        """Return the address of a filter, without the members of what it finds."""
        condition = filter_query(self._dialect, attribute, value)
        return f"{self.groups}?{self._excluded}&{condition}" if self._excluded else f"{self.groups}?{condition}"


class Addresses:
    """The addresses of one tenant; flags in the Tenant URL's query select a dialect and are not sent."""

    def __init__(self, tenant_url: str, dialect: Dialect = ENTRA) -> None:
        self._dialect = dialect
        parts = urlsplit(tenant_url)
        self._base = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        self.users, self.bulk = self.behind("/Users"), self.behind("/Bulk")

    def user(self, account_id: str) -> str:
        """Return the address of one user. Raises CannotBeAddressed."""
        return f"{self.users}/{_segment(account_id)}"

    def behind(self, path: str) -> str:
        """Return the address of a path behind the Tenant URL."""
        return self._base + path

    @staticmethod
    def user_path(account_id: str) -> str:
        """Return where one user is behind the Tenant URL. Raises CannotBeAddressed."""
        return f"/Users/{_segment(account_id)}"

    def find(self, attribute: str, value: Literal) -> str:
        """Return the address of `filter=attribute eq "value"`: spaces as `+`, quotes as `%22`, as Entra does."""
        return f"{self.users}?{filter_query(self._dialect, attribute, value)}"

    def page(self, start_index: int, count: int) -> str:
        """Return the address of one page of all users."""
        return f"{self.users}?{page_query(start_index, count)}"

    def page_at(self, cursor: str, count: int) -> str:
        """Return the address of the page that a cursor names."""
        return f"{self.users}?{cursor_query(self._dialect, cursor, count)}"

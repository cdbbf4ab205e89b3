"""How many accounts does the tenant itself say that it has, and how does one get in? Asked beside Instep."""

import json
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

from proxyclick.accounts.links import Purpose
from proxyclick.cli.administering import administrator_link
from proxyclick.cli.installing import install_integration
from proxyclick.settings import Settings


@dataclass(frozen=True, slots=True)
class Tenant:
    """The tenant's SCIM service, with a token of the demo's own."""

    tenant_url: str
    secret_token: str = field(repr=False)

    def count(self, filter_text: str | None = None) -> int:
        """Return how many users there are, or how many a filter selects."""
        parts = urlsplit(self.tenant_url)
        connection = HTTPConnection(parts.netloc, timeout=10)
        query = f"?count=0&filter={quote(filter_text)}" if filter_text else "?count=0"
        try:
            headers = {"Authorization": f"Bearer {self.secret_token}", "Accept": "application/scim+json"}
            connection.request("GET", f"{parts.path}/Users{query}", headers=headers)
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return int(answer["totalResults"])


def install_for_demo(data: Path) -> Tenant:
    """Install the integration as `proxyclick integrations install entra` does; the tenant is being served."""
    tenant_url, secret = install_integration(Settings(data=data), "entra")
    return Tenant(tenant_url, secret.text)


def sign_in_link(data: Path) -> str:
    """Return an address that signs whoever opens it in, once, as an administrator of the tenant."""
    names = ("Demo", "Administrator")
    return administrator_link(Settings(data=data), "administrator@larkspur.example", None, Purpose.SIGN_IN, *names)

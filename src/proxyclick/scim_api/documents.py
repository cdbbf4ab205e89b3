"""How does the answer get its location, and a list its frame?"""

from collections.abc import Mapping

from instep.scim.messages import LIST_RESPONSE_URN
from proxyclick.store.documents import document, version_of

__all__ = ["document", "list_bytes", "located", "version_of"]


def located(body: bytes, location: str) -> bytes:
    """The kept bytes with the location, which depends on where the tenant is served, as the last member of `meta`."""
    return b'%b,"location":"%b"}}' % (body[:-2], location.encode())


def list_bytes(
    resources: list[bytes],
    total_results: int | None,
    start_index: int | None = None,
    cursors: Mapping[str, str] | None = None,
) -> bytes:
    """A ListResponse of resources that are bytes already; `cursors` by their names in it."""
    members: list[tuple[str, object]] = [("totalResults", total_results), ("startIndex", start_index)]
    head = f'{{"schemas":["{LIST_RESPONSE_URN}"],"itemsPerPage":{len(resources)},'
    head += "".join(f'"{name}":{value},' for name, value in members if value is not None)
    head += "".join(f'"{name}":"{cursor}",' for name, cursor in (cursors or {}).items())
    return b'%b"Resources":[%b]}' % (head.encode(), b",".join(resources))

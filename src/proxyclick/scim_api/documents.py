"""How does the answer get its location, and a list its frame?"""

from instep.scim.messages import LIST_RESPONSE_URN
from proxyclick.store.documents import document, version_of

__all__ = ["document", "list_bytes", "located", "version_of"]


def located(body: bytes, location: str) -> bytes:
    """The kept bytes with the location, which depends on where the tenant is served, as the last member of `meta`."""
    return b'%b,"location":"%b"}}' % (body[:-2], location.encode())


def list_bytes(resources: list[bytes], total_results: int, start_index: int) -> bytes:
    """A ListResponse of resources that are bytes already."""
    head = (
        f'{{"schemas":["{LIST_RESPONSE_URN}"],"totalResults":{total_results},"startIndex":{start_index},'
        f'"itemsPerPage":{len(resources)},"Resources":['
    )
    return b"%b%b]}" % (head.encode(), b",".join(resources))

"""How does the answer get its location?"""

from proxyclick.store.documents import document, version_of

__all__ = ["document", "located", "version_of"]


def located(body: bytes, address: bytes, resource_id: str) -> bytes:
    """The kept bytes with the location, which depends on where the tenant is served, as the last member of `meta`."""
    return b'%b,"location":"%b/%b"}}' % (body[:-2], address, resource_id.encode())

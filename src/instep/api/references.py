"""Whom does a body refer to by an address (`@odata.id`)?"""

import re
from urllib.parse import unquote, urlsplit

from instep.api.calls import Call
from instep.api.errors import bad_request

_LAST = re.compile(r"^[^/]+$")


def referred_id(call: Call) -> str:
    """Return the id of the object of a body such as `{"@odata.id": "<any base>/v1.0/directoryObjects/<id>"}`.

    Only the last segment counts, whatever the base. Raises GraphError.
    """
    document = call.body if isinstance(call.body, dict) else {}
    return id_of(document.get("@odata.id"))


def id_of(address: object) -> str:
    """Return the id at the end of an address. Raises GraphError."""
    if isinstance(address, str):
        last = unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])
        last = last.partition("('")[2].removesuffix("')") if "('" in last else last
        if _LAST.match(last):
            return last
    raise bad_request('The body must refer to an object: {"@odata.id": "https://.../directoryObjects/{id}"}.')

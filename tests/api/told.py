"""Is an answer of the API of the types that its OpenAPI document tells?"""

from functools import cache

import httpx2
from jsonschema_rs import Draft202012Validator

from instep.api.addresses import Addresses
from instep.api.app import api_operations
from instep.api.open_api import open_api_document

OPERATIONS = api_operations()
DOCUMENT = open_api_document(OPERATIONS)
_ADDRESSES = Addresses(OPERATIONS)


async def check_told(response: httpx2.Response) -> None:
    """Raise AssertionError for an answer with a document that is of another type than is told."""
    path = response.request.url.raw_path.decode().partition("?")[0].lstrip("/").partition("/")[2]
    if not response.headers.get("content-type", "").startswith("application/json") or response.status_code >= 300:
        return
    if path.rstrip("/").lower().endswith("$batch") or path.lower().startswith("http"):
        return
    operation = _ADDRESSES.find(response.request.method, path).operation
    await response.aread()
    found = [
        f"{each.instance_path}: {each.message}"
        for each in _validator(operation.method, operation.address).iter_errors(response.json())
    ]
    assert found == [], f"{operation.method} {path}"


@cache
def _validator(method: str, address: str) -> Draft202012Validator:
    responses = DOCUMENT["paths"][f"/{address}"][method.lower()]["responses"]
    (good,) = [said for status, said in responses.items() if status.startswith("2")]
    (told,) = good["content"].values()
    return Draft202012Validator({"components": DOCUMENT["components"], **told["schema"]}, validate_formats=True)

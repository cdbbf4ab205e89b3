"""A bare SCIM provider in aiohttp, to measure the tenant beside it: fixed answers of its size, nothing kept."""

import itertools

import orjson
from aiohttp import web

from bench.stub import serve
from instep.scim.messages import MEDIA_TYPE, USER_URN, list_response

PAGE = 100


def _user(number: int) -> dict[str, object]:
    name = f"user.{number}@company.example"
    return {
        "schemas": [USER_URN],
        "id": f"US-A{number:03}",
        "userName": name,
        "active": True,
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "displayName": "Ada Lovelace",
        "title": "Engineer",
        "preferredLanguage": "en",
        "emails": [{"type": "work", "value": name, "primary": True}],
        "phoneNumbers": [{"type": "work", "value": "+442071234567"}],
        "addresses": [{"type": "work", "locality": "London"}],
        "meta": {
            "resourceType": "User",
            "created": "2026-03-02T08:00:00.000Z",
            "lastModified": "2026-03-02T08:00:00.000Z",
            "version": 'W/"1"',
            "location": f"http://127.0.0.1/scim/v2/Users/US-A{number:03}",
        },
    }


def make_app() -> web.Application:
    """Return the provider: a POST gets its body back with an id, a filter one user, a list a page, a PATCH a user."""
    numbers = itertools.count(1)
    one = orjson.dumps(_user(0))
    found = orjson.dumps(list_response([_user(0)]))
    page = orjson.dumps(list_response([_user(number) for number in range(PAGE)]))

    async def users(request: web.Request) -> web.Response:
        if request.method == "POST":
            body = await request.read()
            return web.Response(status=201, body=b'{"id":"%d",' % next(numbers) + body[1:], content_type=MEDIA_TYPE)
        return web.Response(body=found if "filter" in request.query else page, content_type=MEDIA_TYPE)

    async def user(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=one, content_type=MEDIA_TYPE)

    app = web.Application()
    app.router.add_route("*", "/scim/v2/Users", users)
    app.router.add_route("*", "/scim/v2/Users/{id}", user)
    return app


if __name__ == "__main__":
    serve(make_app())

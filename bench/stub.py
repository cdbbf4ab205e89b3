"""A bare SCIM target, for measuring whoever calls it: it answers creates with an id and keeps nothing but a count."""

import itertools
import os
import sys
import time

import uvloop
from aiohttp import web

LIST = b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}'
JSON = "application/scim+json"


def make_app() -> web.Application:
    """Return the stub: POST answers 201 with the body it got and an id; GET an empty list; the rest 204."""
    numbers = itertools.count(time.time_ns() // 1_000_000)  # no id that it gave when it ran before

    async def users(request: web.Request) -> web.Response:
        if request.method == "POST":
            body = await request.read()
            identified = b'{"id":"%d",' % next(numbers) + body[1:]
            return web.Response(status=201, body=identified, content_type=JSON)
        return web.Response(body=LIST, content_type=JSON)

    async def user(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=204)

    app = web.Application()
    app.router.add_route("*", "/scim/v2/Users", users)
    app.router.add_route("*", "/scim/v2/Users/{id}", user)
    return app


def serve(app: web.Application) -> None:
    """Serve on the port given, on the core given, by the arguments of the command."""
    port, core = int(sys.argv[1]), int(sys.argv[2])
    os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=port, print=lambda *_: print("ready", flush=True), access_log=None)


if __name__ == "__main__":
    serve(make_app())

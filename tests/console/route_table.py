"""Who may what: every route of the admin center, and what it wants. A new route needs its line here.

Written by hand, beside the doors: `test_route_by_role.py` fails for a route without a line, or one that wants
something else, and asks for each as somebody of every role.
"""

from instep.access.roles import Permission as P
from instep.console.doors import EVERYBODY, SIGNED_IN, Who

TABLE: dict[str, P | Who] = {
    # Getting in and out
    "GET /sign-in": EVERYBODY,
    "POST /sign-in": EVERYBODY,
    "GET /welcome/{secret}": EVERYBODY,
    "POST /welcome/{secret}": EVERYBODY,
    "POST /sign-out": SIGNED_IN,
    "GET /confirm": SIGNED_IN,
    "POST /confirm": SIGNED_IN,
    # Home
    "GET /": P.READ_REPORTS,
    "GET /live": P.READ_REPORTS,
    # Users
    "GET /users": P.READ_DIRECTORY,
    "GET /users/deleted": P.READ_DIRECTORY,
    "GET /users/suggestions": P.READ_DIRECTORY,
    "GET /users/new": P.MANAGE_USERS,
    "POST /users/new": P.MANAGE_USERS,
    "GET /users/{user}": P.READ_DIRECTORY,
    "GET /users/{user}/groups": P.READ_DIRECTORY,
    "POST /users/{user}/groups": P.MANAGE_USERS,
    "POST /users/{user}/groups/leave": P.MANAGE_USERS,
    "GET /users/{user}/applications": P.READ_DIRECTORY,
    "GET /users/{user}/edit": P.MANAGE_USERS,
    "POST /users/{user}/edit": P.MANAGE_USERS,
    "POST /users/{user}/disable": P.MANAGE_USERS,
    "POST /users/{user}/enable": P.MANAGE_USERS,
    "POST /users/{user}/delete": P.MANAGE_USERS,
    "POST /users/{user}/restore": P.MANAGE_USERS,
    "POST /users/{user}/purge": P.MANAGE_USERS,
}

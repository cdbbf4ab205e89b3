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
    "GET /sign-in/provider": EVERYBODY,
    "GET /sign-in/callback": EVERYBODY,
    # One's own account
    "GET /account": SIGNED_IN,
    "POST /account/password": SIGNED_IN,
    "POST /account/provider": SIGNED_IN,
    "POST /account/provider/disconnect": SIGNED_IN,
    "POST /account/tokens": SIGNED_IN,
    "POST /account/tokens/{token}/delete": SIGNED_IN,
    "POST /sessions/end": SIGNED_IN,
    # Administrators and settings
    "GET /administrators": P.READ_ADMINISTRATORS,
    "GET /administrators/new": P.MANAGE_ADMINISTRATORS,
    "POST /administrators/new": P.MANAGE_ADMINISTRATORS,
    "GET /administrators/{id}": P.READ_ADMINISTRATORS,
    "POST /administrators/{id}": P.MANAGE_ADMINISTRATORS,
    "POST /administrators/{id}/link": P.MANAGE_ADMINISTRATORS,
    "POST /administrators/{id}/disable": P.MANAGE_ADMINISTRATORS,
    "POST /administrators/{id}/enable": P.MANAGE_ADMINISTRATORS,
    "POST /administrators/{id}/delete": P.MANAGE_ADMINISTRATORS,
    "POST /administrators/{id}/sign-out": P.MANAGE_ADMINISTRATORS,
    "POST /administrators/{id}/tokens/{token}/delete": P.MANAGE_ADMINISTRATORS,
    "GET /settings": P.READ_SETTINGS,
    "POST /settings/test-mail": P.MANAGE_SETTINGS,
    "POST /settings/test-provider": P.MANAGE_SETTINGS,
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

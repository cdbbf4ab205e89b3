"""How is a person asked for the code of their authenticator? As an administrator, on a page of their own."""

from instep.admin.access.second_step import OF_PEOPLE
from instep.console.access.paths import HOME, own_path
from instep.console.access.second_step import Way
from instep.console.doors import ANY_PERSON, PEOPLE_SIGN_IN

MY_APPS = "/my/apps"
MY_CODE = "/my/sign-in/code"


def peoples_path(text: str) -> str:
    """Return an address if it is a path of this site, else that of My apps."""
    path = own_path(text)
    return MY_APPS if path == HOME else path


PEOPLES_WAY = Way(MY_CODE, PEOPLE_SIGN_IN, ANY_PERSON, OF_PEOPLE, peoples_path, "An administrator")

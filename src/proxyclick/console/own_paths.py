"""Does an address that came with a message lead to a page of this console, and to nowhere else?"""

import re

_PATH = re.compile(
    r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@%][A-Za-z0-9\-._~!$&'()*+,;=:@%/]*)?(?:\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?"
)


def own_path(address: str, site: str) -> str:
    """The path, with its query, of an address of the site; empty for any other, which is not followed.

    A browser takes `//elsewhere`, `/\\elsewhere` and a tab between the two for another site: there is none of them in
    what is let through.
    """
    path = address[len(site) :] if address.startswith(f"{site}/") else address
    return path if _PATH.fullmatch(path) and not path.startswith("/saml/") else ""

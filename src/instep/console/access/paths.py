"""Does an address lead to a page of this site, and nowhere else?"""

from urllib.parse import urlsplit

HOME = "/"
_LONGEST = 2_000


def own_path(text: str) -> str:
    """Return an address if it is a path of this site, else that of Home; browsers read `//x` and `/\\x` as hosts."""
    is_path = text.startswith("/") and not text.startswith("//") and len(text) <= _LONGEST
    if not is_path or "\\" in text or not text.isascii() or not text.isprintable():
        return HOME
    try:
        parts = urlsplit(text)
    except ValueError:
        return HOME
    return HOME if parts.scheme or parts.netloc else text

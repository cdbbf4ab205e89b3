"""What does a browser call itself, in a few words?"""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device(browser: str) -> str:
    """Return words such as *Firefox on Linux*; what a browser says of itself proves nothing."""
    name = next((words for mark, words in _BROWSERS if mark in browser), "Another browser")
    system = next((words for mark, words in _SYSTEMS if mark in browser), "")
    return f"{name} on {system}" if system else name

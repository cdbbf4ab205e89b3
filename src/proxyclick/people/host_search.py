"""Whom does a visitor mean who types the first three letters of their host's name?"""

from collections.abc import Iterator

from instep.scim.values import fold
from proxyclick.people.person import Person

FIRST_LETTERS = 3


def host_query(text: str) -> str | None:
    """What is looked for, in the form in which names are compared; None for fewer than three letters."""
    query = fold(" ".join(text.split()))
    return query if len(query) >= FIRST_LETTERS else None


def is_host(person: Person, query: str) -> bool:
    """Whether this may be the host: active, and one of their names, from its start, begins with the query.

    Somebody disabled is never one, whatever is typed.
    """
    return person.active and any(name.startswith(query) for name in _names(person))


def _names(person: Person) -> Iterator[str]:
    """The full name from each of its words on, and the two names the other way round."""
    for whole in (person.name, f"{person.first_name} {person.last_name}", f"{person.last_name} {person.first_name}"):
        words = fold(whole).split()
        yield from (" ".join(words[start:]) for start in range(len(words)))

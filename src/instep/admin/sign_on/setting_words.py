"""How is single sign-on set by words, `reply_urls=... name_id=...`, one after the other?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from instep.admin.sign_on.setting_up import FORMATS
from instep.rules.claims import Claim, ClaimRules
from instep.sign_on.configuration import LogoutMethod, SamlConfiguration, SigningOption, SignOnRefused

CLAIM: Final = "claim."
_SHORT: Final = {written.rpartition(":")[2]: written for written in FORMATS}
SIGNED: Final = {"assertion": SigningOption.ASSERTION, "response": SigningOption.RESPONSE, "both": SigningOption.BOTH}
LOGOUT: Final = {"redirect": LogoutMethod.HTTP_REDIRECT, "post": LogoutMethod.HTTP_POST}
T = TypeVar("T")

NOTHING_YET: Final = SamlConfiguration("", ())


def change_by_words(before: SamlConfiguration, words: Mapping[str, str]) -> SamlConfiguration:
    """Return what is set up after these words, not checked yet. Raises SignOnRefused for one that nobody knows.

    `claim.NAME=SOURCE` sets a claim, and without a source takes it away.
    """
    after = before
    for name, word in words.items():
        if name.startswith(CLAIM):
            after = replace(after, rules=_with_claim(after.rules, name.removeprefix(CLAIM), word.strip()))
        elif name in _CHANGES:
            after = _CHANGES[name](after, word.strip())
        else:
            known = ", ".join((*_CHANGES, f"{CLAIM}NAME"))
            raise SignOnRefused(f"{name} is not set here. What is: {known}.", name)
    return after


def _with_claim(rules: ClaimRules, name: str, source: str) -> ClaimRules:
    if not name:
        raise SignOnRefused("Name the claim: claim.NAME=SOURCE.", "claims")
    others = [each for each in rules.claims if each.name != name]
    if source and len(others) < len(rules.claims):
        changed = (replace(each, source=source) if each.name == name else each for each in rules.claims)
        return replace(rules, claims=tuple(changed))
    return replace(rules, claims=tuple([*others, Claim(name, source)] if source else others))


def _format(after: SamlConfiguration, word: str) -> SamlConfiguration:
    written = _SHORT.get(word, word)
    return replace(after, rules=replace(after.rules, name_id_format=written))


def _one_of(known: Mapping[str, T], name: str, word: str) -> T:
    if word not in known:
        raise SignOnRefused(f"{name}= takes {', '.join(known)}, not {word!r}.", name)
    return known[word]


_CHANGES: Final[Mapping[str, Callable[[SamlConfiguration, str], SamlConfiguration]]] = {
    "identifier": lambda after, word: replace(after, identifier=word),
    "reply_urls": lambda after, word: replace(after, reply_urls=tuple(dict.fromkeys(word.replace(",", " ").split()))),
    "sign_on_url": lambda after, word: replace(after, sign_on_url=word),
    "relay_state": lambda after, word: replace(after, relay_state=word),
    "logout_method": lambda after, word: replace(after, logout_method=_one_of(LOGOUT, "logout_method", word)),
    "logout_url": lambda after, word: replace(after, logout_url=word),
    "name_id": lambda after, word: replace(after, rules=replace(after.rules, name_id_source=word)),
    "name_id_format": _format,
    "signed": lambda after, word: replace(after, signing_option=_one_of(SIGNED, "signed", word)),
}

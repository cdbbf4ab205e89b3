"""How is single sign-on of a location set up, changed and ended?

Functions that write are to be called inside a transaction.
"""

from dataclasses import dataclass

from proxyclick.admin.acting import Actor, NotAllowed, Refused
from proxyclick.admin.stores import Stores
from proxyclick.integrations.single_sign_on import RequestMethod, SignOnForm, SignOnSettings, problems
from proxyclick.people.user_groups import Right
from proxyclick.store.sign_on import SignOns


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A certificate of the location with its private key, both in PEM."""

    certificate: str
    private_key: str


def save_sign_on(
    stores: Stores, sign_ons: SignOns, actor: Actor, form: SignOnForm, own: OwnKey
) -> SignOnSettings | Refused | NotAllowed:
    """Sets single sign-on of the actor's location. A location keeps the key that it has; `own` is for a new one."""
    if not actor.may(Right.MANAGE_INTEGRATIONS):
        return NotAllowed(Right.MANAGE_INTEGRATIONS)
    errors = problems(form)
    if errors:
        return Refused(errors)
    before = sign_ons.settings(actor.location)
    settings = SignOnSettings(
        location=actor.location,
        method=RequestMethod(form.method),
        issuer=form.issuer,
        endpoint=form.endpoint,
        certificates=form.certificate,
        logout=form.logout,
        own_certificate=before.own_certificate if before else own.certificate,
        private_key=before.private_key if before else own.private_key,
    )
    sign_ons.save(settings)
    stores.note(actor, "Changed single sign-on" if before else "Set up single sign-on", _changed(before, settings))
    return settings


def end_sign_on(stores: Stores, sign_ons: SignOns, actor: Actor) -> NotAllowed | None:
    """Ends single sign-on of the actor's location; the sessions that began by it end, and passwords go on working."""
    if not actor.may(Right.MANAGE_INTEGRATIONS):
        return NotAllowed(Right.MANAGE_INTEGRATIONS)
    sign_ons.remove(actor.location)
    stores.note(actor, "Ended single sign-on", "the sessions that began by it were ended")
    return None


def _changed(before: SignOnSettings | None, after: SignOnSettings) -> str:
    if before is None:
        return f"issuer {after.issuer}"
    names = {"method": "request method", "issuer": "issuer", "endpoint": "endpoint URL", "logout": "logout URL"}
    changed = [words for name, words in names.items() if getattr(before, name) != getattr(after, name)]
    if set(before.trusted()) != set(after.trusted()):
        changed.append("certificate")
    return ", ".join(changed) or "nothing differs"

"""By which values is a resource found: its name, its e-mail addresses, its external id, and free text?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from instep.scim.values import fold

Resource = Mapping[str, Any]
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Keys:
    """What the store indexes; names and addresses in the form in which they are compared.

    A user whose `active` was never said is active.
    """

    name: str | None
    work_email: str | None
    other_emails: tuple[str, ...]
    external_id: str | None
    search_text: str
    active: bool = True


def keys_of_user(user: Resource) -> Keys:
    """The keys of a user, whose name is unique in the tenant."""
    work = work_email(user)
    addresses = [email["value"] for email in user.get("emails", ()) if "value" in email]
    texts = [user["userName"], *addresses, *user.get("name", _NONE).values()]
    texts += [user[name] for name in ("displayName", "title") if name in user]
    return Keys(
        name=fold(user["userName"]),
        work_email=fold(work) if work else None,
        other_emails=() if addresses == [work] else tuple({fold(one) for one in addresses} - {fold(work or "")}),
        external_id=user.get("externalId"),
        search_text=fold("\n".join(texts)),
        active=user.get("active", True),
    )


def keys_of_user_by_the_rfc(user: Resource) -> Keys:
    """The same without Proxyclick's rule that an e-mail address is one person's: several may have it."""
    keys = keys_of_user(user)
    addresses = {*keys.other_emails, *([keys.work_email] if keys.work_email else [])}
    return replace(keys, work_email=None, other_emails=tuple(addresses))


def keys_of_group(group: Resource) -> Keys:
    """The keys of a group; several may have the same name."""
    return Keys(None, None, (), group.get("externalId"), fold(group["displayName"]))


def work_email(user: Resource) -> str | None:
    """The address of the e-mail of type work."""
    for email in user.get("emails", ()):
        if is_work(email) and "value" in email:
            return str(email["value"])
    return None


def is_work(element: Mapping[str, Any]) -> bool:
    """Whether a value of a multi-valued attribute is the one for work."""
    kind = element.get("type", "")
    return kind == "work" or fold(kind) == "work"

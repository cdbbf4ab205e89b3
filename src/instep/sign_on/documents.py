"""How is the configuration of single sign-on written as a document, to be kept, exported and shown?"""

from collections.abc import Mapping
from typing import Any

from instep.rules.claims import DEFAULT_RULES, Claim, ClaimRules
from instep.sign_on.configuration import LogoutMethod, SamlConfiguration, SigningOption


def configuration_document(configuration: SamlConfiguration) -> dict[str, Any]:
    """Return a configuration as plain values; no private key is part of it."""
    rules = configuration.rules
    return {
        "identifier": configuration.identifier,
        "reply_urls": list(configuration.reply_urls),
        "sign_on_url": configuration.sign_on_url,
        "relay_state": configuration.relay_state,
        "logout_url": configuration.logout_url,
        "logout_method": configuration.logout_method.value,
        "name_id": {"source": rules.name_id_source, "format": rules.name_id_format},
        "claims": [{"name": each.name, "source": each.source} for each in rules.claims],
        "signing_option": configuration.signing_option.value,
        "request_certificates": list(configuration.request_certificates),
    }


def configuration_from(document: Mapping[str, Any]) -> SamlConfiguration:
    """Return the configuration that was kept."""
    name_id = document.get("name_id", {})
    claims = tuple(Claim(each["name"], each["source"]) for each in document.get("claims", ()))
    return SamlConfiguration(
        document["identifier"],
        tuple(document["reply_urls"]),
        document.get("sign_on_url", ""),
        document.get("relay_state", ""),
        document.get("logout_url", ""),
        ClaimRules(
            name_id.get("source", DEFAULT_RULES.name_id_source),
            name_id.get("format", DEFAULT_RULES.name_id_format),
            claims,
        ),
        SigningOption(document.get("signing_option", SigningOption.ASSERTION)),
        tuple(document.get("request_certificates", ())),
        LogoutMethod(document.get("logout_method", LogoutMethod.HTTP_REDIRECT)),
    )


def as_audited(configuration: SamlConfiguration) -> Mapping[str, object]:
    """Return what the audit log has of a configuration: all of it, certificates by their number alone."""
    rules = configuration.rules
    return {
        "identifier": configuration.identifier,
        "reply urls": ", ".join(configuration.reply_urls),
        "sign on url": configuration.sign_on_url,
        "relay state": configuration.relay_state,
        "logout url": configuration.logout_url,
        "logout method": configuration.logout_method.value,
        "name id": f"{rules.name_id_source} ({rules.name_id_format})",
        "claims": "; ".join(f"{each.name}: {each.source}" for each in rules.claims),
        "signing option": configuration.signing_option.value,
        "verification certificates": len(configuration.request_certificates),
    }


def what_differs(before: SamlConfiguration, after: SamlConfiguration) -> list[str]:
    """Return which parts of two configurations differ, in the words of the audit log."""
    was, known = configuration_document(before), configuration_document(after)
    return [name.replace("_", " ") for name in known if was[name] != known[name]]

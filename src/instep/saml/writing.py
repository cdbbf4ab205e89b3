"""How is an element of SAML put together, with the prefixes that everybody knows, and written as bytes?"""

from collections.abc import Mapping

from lxml import etree

from instep.saml.names import PREFIXES


def element(name: str, text: str | None = None, /, **attributes: str | None) -> etree._Element:
    """An element that stands alone; attributes that are None are left out. Texts must be fit for it (`is_writable`)."""
    made = etree.Element(name, _given(attributes), nsmap=PREFIXES_OF[etree.QName(name).namespace or ""])
    made.text = text
    return made


def add(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str | None) -> etree._Element:
    """Adds an element as the last one of another, and answers it."""
    made = etree.SubElement(parent, name, _given(attributes), nsmap=PREFIXES_OF[etree.QName(name).namespace or ""])
    made.text = text
    return made


def rendered(root: etree._Element) -> bytes:
    """The bytes of a document, in UTF-8 and without a line break that a signature would not have seen."""
    return etree.tostring(root, encoding="utf-8", xml_declaration=False)


def is_writable(text: str) -> bool:
    """Whether XML has a way to write all characters of a text."""
    return all(
        character in "\t\n\r" or " " <= character <= "\ud7ff" or character > "\udfff" for character in text
    ) and ("\ufffe" not in text and "\uffff" not in text)


def _given(attributes: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value is not None}


PREFIXES_OF = {namespace: {prefix: namespace} for prefix, namespace in PREFIXES.items()}

"""How is XML from strangers read, so that reading it does no harm?

Only UTF-8, of bounded size and depth. A document type declaration is refused before the parser sees it, so that there
are no entities to expand and no addresses to fetch. Messages have no comments: a comment inside a name is how a
name gets cut off, and no identity provider writes any.
"""

from lxml import etree

from instep.saml.refusals import NotBelieved, Reason

LARGEST_BYTES = 256 * 1024
DEEPEST = 40


def read_message(document: bytes) -> etree._Element:
    """The root of a message. Raises NotBelieved for what is too large, no XML, or has more in it than messages have."""
    root = _parsed(document, _parser(leave_out_comments=False))
    for node in root.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity):
        raise NotBelieved(
            Reason.COMMENT, f"The message has a comment or an instruction in it (line {node.sourceline})."
        )
    return root


def read_metadata(document: bytes) -> etree._Element:
    """The root of a document of metadata, in which comments are left out. Raises NotBelieved."""
    return _parsed(document, _parser(leave_out_comments=True))


def text_of(element: etree._Element | None) -> str:
    """The whole text of an element without the space around it. Raises NotBelieved when elements are in it."""
    if element is None:
        return ""
    if len(element):
        name = etree.QName(element).localname
        raise NotBelieved(Reason.NOT_READABLE, f"{name} has elements in it where only text belongs.")
    return (element.text or "").strip()


def required(element: etree._Element | None, name: str) -> etree._Element:
    """An element that must be there. Raises NotBelieved by its name when it is not."""
    if element is None:
        raise NotBelieved(Reason.NOT_READABLE, f"The message has no {name}.")
    return element


def attribute(element: etree._Element, name: str) -> str:
    """An attribute that must be there. Raises NotBelieved."""
    value = element.get(name)
    if not value:
        raise NotBelieved(Reason.NOT_READABLE, f"{etree.QName(element).localname} has no {name}.")
    return value


def _parsed(document: bytes, parser: etree.XMLParser) -> etree._Element:
    if len(document) > LARGEST_BYTES:
        raise NotBelieved(Reason.TOO_LARGE, f"It has {len(document)} bytes; {LARGEST_BYTES} are read at most.")
    _check_text(document)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotBelieved(Reason.NOT_READABLE, f"It is no well-formed XML: {str(error)[:200]}") from None
    information = root.getroottree().docinfo
    if information.internalDTD is not None or information.externalDTD is not None:
        raise _document_type()
    _check_depth(root)
    return root


def _parser(*, leave_out_comments: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=leave_out_comments,
        remove_pis=leave_out_comments,
        encoding="utf-8",  # whatever it claims: what was looked through is what is parsed
    )


def _check_text(document: bytes) -> None:
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        raise NotBelieved(Reason.NOT_READABLE, "It is not in UTF-8.") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _document_type()


def _document_type() -> NotBelieved:
    return NotBelieved(Reason.DOCUMENT_TYPE, "It has a document type declaration, in which entities could be.")


def _check_depth(root: etree._Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise NotBelieved(Reason.TOO_LARGE, f"Its elements are nested more than {DEEPEST} deep.")

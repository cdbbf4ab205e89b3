"""Whose signature is on an element, and what exactly did they sign?

The signatures themselves are signxml's. What is asked around them is the profile of SAML (core, 5.4): the signature is
a child of what it signs, has one reference to it by its id, and only the two transforms. Keys that a message carries
are not looked at. What is believed afterwards is only the element that the library gives back: it was made from
the bytes that were signed, so nothing that was wrapped around it can be taken for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import InvalidCertificate, SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from instep.saml.certificates import is_valid_at
from instep.saml.names import ds
from instep.saml.refusals import NotBelieved, Reason
from instep.saml.writing import element

EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
_ENVELOPED = SignatureConstructionMethod.enveloped
_PLACEHOLDER = "placeholder"  # how signxml finds where a signature is to stand


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the certificate that others check its signatures with."""

    private_key: RSAPrivateKey
    certificate: x509.Certificate


def signed(root: etree._Element, key: SigningKey) -> etree._Element:
    """The same element with its signature, which stands after its issuer where the schema wants it."""
    root.insert(1, element(ds("Signature"), Id=_PLACEHOLDER))
    signer = XMLSigner(_ENVELOPED, SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256, EXCLUSIVE)
    return signer.sign(root, key=key.private_key, cert=[key.certificate], reference_uri=f"#{root.get('ID')}")


def has_signature(root: etree._Element) -> bool:
    """Whether an element claims to be signed, by whomever."""
    return root.find(ds("Signature")) is not None


def what_was_signed(root: etree._Element, certificates: Sequence[x509.Certificate], now: datetime) -> etree._Element:
    """The element as it was signed with the key of one of the certificates; read nothing but this.

    Raises NotBelieved when it is not signed, not in the way SAML signs, or by nobody who is trusted now.
    """
    _check_form(root)
    trusted = [certificate for certificate in certificates if is_valid_at(certificate, now)]
    if not trusted:
        raise NotBelieved(Reason.CERTIFICATE_NOT_VALID_NOW, _nobody_trusted(certificates))
    failures = []
    alone = etree.fromstring(etree.tostring(root, with_tail=False))
    for certificate in trusted:
        try:
            return _verified(alone, certificate, now)
        except InvalidCertificate as error:
            raise NotBelieved(Reason.CERTIFICATE_NOT_VALID_NOW, str(error)[:200]) from None
        except (SignXMLException, etree.LxmlError, ValueError) as error:
            failures.append(error)
    raise NotBelieved(Reason.WRONG_SIGNATURE, _wrong_signature(root, len(trusted))) from failures[0]


def _verified(root: etree._Element, certificate: x509.Certificate, now: datetime) -> etree._Element:
    found = XMLVerifier().verify(
        root,
        x509_cert=certificate,
        id_attribute="ID",
        expect_config=SignatureConfiguration(
            location="./",
            expect_references=1,
            signature_methods=frozenset({SignatureMethod.RSA_SHA256}),
            digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
            ignore_ambiguous_key_info=True,
            verification_time=now,
            default_reference_c14n_method=EXCLUSIVE,
        ),
    )
    if not isinstance(found, VerifyResult) or found.signed_xml is None:
        raise ValueError("there is not one element that was signed")
    same = found.signed_xml.tag == root.tag and found.signed_xml.get("ID") == root.get("ID")
    if not same:
        raise ValueError("another element was signed")
    return found.signed_xml


def _check_form(root: etree._Element) -> None:
    signatures = root.findall(ds("Signature"))
    name = etree.QName(root).localname
    if not signatures:
        raise NotBelieved(Reason.NOT_SIGNED, f"The {name} is not signed.")
    if len(signatures) > 1 or signatures[0].find(ds("Object")) is not None:
        raise NotBelieved(
            Reason.MISPLACED_SIGNATURE, f"The signature of the {name} has not the form that SAML gives it."
        )
    _check_references(root, signatures[0])
    _check_algorithms(signatures[0])


def _check_references(root: etree._Element, signature: etree._Element) -> None:
    references = signature.findall(f"{ds('SignedInfo')}/{ds('Reference')}")
    if [each.get("URI") for each in references] != [f"#{root.get('ID')}"] or not root.get("ID"):
        name = etree.QName(root).localname
        raise NotBelieved(Reason.MISPLACED_SIGNATURE, f"The signature in the {name} is one of something else.")


def _check_algorithms(signature: etree._Element) -> None:
    named = signature.iterfind(f"{ds('SignedInfo')}//*[@Algorithm]")
    used = {(etree.QName(each).localname, str(each.get("Algorithm"))) for each in named}
    strange = sorted(algorithm for _, algorithm in used - _ALLOWED)
    if strange:
        raise NotBelieved(
            Reason.WEAK_ALGORITHM,
            f"It is signed with {strange[0][:100]}: only RSA with SHA-256 and exclusive canonicalization are taken.",
        )


_ALLOWED = {
    ("CanonicalizationMethod", EXCLUSIVE.value),
    ("SignatureMethod", SignatureMethod.RSA_SHA256.value),
    ("Transform", _ENVELOPED.value),
    ("Transform", EXCLUSIVE.value),
    ("DigestMethod", DigestAlgorithm.SHA256.value),
}


def _nobody_trusted(certificates: Sequence[x509.Certificate]) -> str:
    if not certificates:
        return "There is no certificate to check its signature with: set one up."
    last = max(certificates, key=lambda each: each.not_valid_after_utc)
    return (
        f"No certificate is valid now; the last is valid from {last.not_valid_before_utc:%Y-%m-%d}"
        f" to {last.not_valid_after_utc:%Y-%m-%d}: set the current one up."
    )


def _wrong_signature(root: etree._Element, trusted: int) -> str:
    certificates = "the certificate" if trusted == 1 else f"any of the {trusted} certificates"
    return (
        f"The signature of the {etree.QName(root).localname} does not go with {certificates} that was set up: it was"
        " changed on its way, or signed with another key, such as one before or after a roll-over."
    )

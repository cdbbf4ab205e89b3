"""Why is a message not believed? A reason by name for programs, and words for whoever set single sign-on up."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """The reasons, in the order in which a message is looked at."""

    TOO_LARGE = "TooLarge"
    NOT_READABLE = "NotReadable"
    DOCUMENT_TYPE = "DocumentType"
    COMMENT = "Comment"
    NOT_EXPECTED = "NotExpected"
    STATUS = "Status"
    ENCRYPTED = "Encrypted"
    ASSERTION_COUNT = "AssertionCount"
    NOT_SIGNED = "NotSigned"
    MISPLACED_SIGNATURE = "MisplacedSignature"
    WEAK_ALGORITHM = "WeakAlgorithm"
    CERTIFICATE_NOT_VALID_NOW = "CertificateNotValidNow"
    WRONG_SIGNATURE = "WrongSignature"
    WRONG_ISSUER = "WrongIssuer"
    WRONG_DESTINATION = "WrongDestination"
    WRONG_RECIPIENT = "WrongRecipient"
    WRONG_AUDIENCE = "WrongAudience"
    NOT_YET_VALID = "NotYetValid"
    EXPIRED = "Expired"
    UNKNOWN_REQUEST = "UnknownRequest"
    NOT_ASKED_FOR = "NotAskedFor"
    NO_SUBJECT = "NoSubject"


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that is not believed; `message` says what is wrong with it and what to look at, and no secret."""

    reason: Reason
    message: str


class NotBelieved(ValueError):
    """A message is not believed; whoever reads one at a door turns this into a Refused."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.refused = Refused(reason, message)

"""What does a cycle need from outside: the directory's feed, the ledger, the target? One module a port."""

from instep.cycle.ports.claims import Claim, Claims
from instep.cycle.ports.feed import Batch, Feed
from instep.cycle.ports.ledger import Ledger
from instep.cycle.ports.previews import Aside, PlanBook, Previews
from instep.cycle.ports.records import AccountTaken, Acts, AdministratorActed, Agreed, InHand, Recorded, ToSend
from instep.cycle.ports.target import Target

__all__ = [
    "AccountTaken",
    "Acts",
    "AdministratorActed",
    "Agreed",
    "Aside",
    "Batch",
    "Claim",
    "Claims",
    "Feed",
    "InHand",
    "Ledger",
    "PlanBook",
    "Previews",
    "Recorded",
    "Target",
    "ToSend",
]

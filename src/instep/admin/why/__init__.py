"""Why has this person this account, or none, and each of its values? Told from the change log and the ledger."""

from instep.admin.why.story import Story, tell
from instep.admin.why.wording import paragraph

__all__ = ["Story", "paragraph", "tell"]

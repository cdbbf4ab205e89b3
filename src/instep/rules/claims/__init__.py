"""What does an application learn of somebody who signs in to it?"""

from instep.rules.claims.claims import (
    DEFAULT_CLAIMS,
    DEFAULT_RULES,
    Claim,
    ClaimFails,
    ClaimRefused,
    ClaimRules,
    Given,
    GivenClaim,
    check_rules,
    give_claims,
    source_expression,
)

__all__ = [
    "DEFAULT_CLAIMS",
    "DEFAULT_RULES",
    "Claim",
    "ClaimFails",
    "ClaimRefused",
    "ClaimRules",
    "Given",
    "GivenClaim",
    "check_rules",
    "give_claims",
    "source_expression",
]

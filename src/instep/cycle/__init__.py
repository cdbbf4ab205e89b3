"""The conductor: takes users in batches through the decisions, and asks its ports for the rest."""

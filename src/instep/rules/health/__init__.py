"""May it happen now, and what next? Budgets of removals; later retry times and quarantine."""

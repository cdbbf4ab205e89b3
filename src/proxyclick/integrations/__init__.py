"""Who may provision into the tenant? Installed integrations and their bearer tokens."""

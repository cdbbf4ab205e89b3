"""What should the account say? Attribute mappings and the values that they give."""

"""How is a directory read from CSV, and how is CSV written that a spreadsheet may open safely?"""

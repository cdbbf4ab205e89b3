"""Who may sign in to Instep, as what, and for how long? Values alone: nothing is kept or sent here."""

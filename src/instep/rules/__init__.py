"""Which decision comes next for one user? The rules, in the order of the journey, as pure functions."""

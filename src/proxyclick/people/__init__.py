"""Who works here? The people of the tenant as values, and the rules that Proxyclick has for them. Pure."""

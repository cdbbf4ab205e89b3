"""What would it be like to provision into Proxyclick? A tenant of its own, with its rules, to serve on any machine."""

"""What do monitors ask: is the service ready, and how is it doing?"""

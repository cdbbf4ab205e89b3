"""The fault matrix (reliability.md, goal 1): every kind of fault, met by every operation, at every moment."""

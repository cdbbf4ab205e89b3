"""What can an administrator do? One function a use case; what console, API and CLI call."""

"""What does the directory refuse? One family; each message says what, about whom, and what to do."""


class DirectoryError(Exception):
    """The directory refused; nothing was changed."""


class NotFound(DirectoryError):
    """No such user or group; the message has near matches."""


class NameTaken(DirectoryError):
    """Another live user, or another group, has that name."""


class BadValue(DirectoryError):
    """A value that the directory does not keep, or an attribute that it does not know."""


class NotPossible(DirectoryError):
    """The user or group is not in a state that allows this."""


class UnreadableFile(DirectoryError):
    """A file to be imported cannot be read as a whole; nothing of it was applied."""


class ImportRunning(DirectoryError):
    """Another process is importing at this moment."""

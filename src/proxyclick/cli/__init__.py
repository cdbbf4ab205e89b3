"""What can be done with the tenant from a terminal?"""


def run() -> None:
    """The entry point of the `proxyclick` command."""
    from proxyclick.cli.commands import app

    app()

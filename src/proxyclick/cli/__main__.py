"""How is the command run without being installed: `python -m proxyclick.cli`?"""

from proxyclick.cli import run

run()

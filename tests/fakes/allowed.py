"""Which targets does a test reach? Those of this machine, as an installation that nobody has set up otherwise."""

from instep.connectors.outbound.allowed_targets import LOOPBACK, read_allowed_targets

THIS_MACHINE = read_allowed_targets(LOOPBACK)

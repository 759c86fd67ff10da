"""The ATLAS desk: everything that runs without a screen."""

DISTRIBUTION = "atlas-tui"

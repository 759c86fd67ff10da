"""Full screens and the modals that ask one thing."""

"""A desk behind bad weather, beside its undisturbed twin."""

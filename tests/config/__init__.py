"""Settings: layers, bounds, errors, printing."""

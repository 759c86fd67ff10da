"""The ATLAS console: a window onto the desk of `core`."""

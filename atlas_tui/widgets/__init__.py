"""Widgets of the console; each paints what it is given and asks nobody for more."""

"""The library that draws the picture, in an environment of its own."""

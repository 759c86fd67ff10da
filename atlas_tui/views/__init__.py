"""One tab each: pure rows of a snapshot."""

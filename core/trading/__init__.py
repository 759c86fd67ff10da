"""The desk: pure, synchronous, told the time; events in, facts out."""

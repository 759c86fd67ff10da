"""The table of `make bench`: lines with their targets, interleaved rounds, the machine, what is kept."""

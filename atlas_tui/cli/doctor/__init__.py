"""`atlas doctor`: what on this machine would keep ATLAS from working well, and the cure of each."""

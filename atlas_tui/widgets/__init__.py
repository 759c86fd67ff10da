"""What paints: line-API widgets fed with pure rows."""

"""A peer that only answers: for the test of how peers are asked."""

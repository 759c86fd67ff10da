"""Pattern finding over float64 arrays: bars in, indices out; numba is imported here and nowhere below."""

"""What a person can do: every key, command and palette entry, in one registry; each file an area of it."""

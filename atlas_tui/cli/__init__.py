"""The `atlas` command, one file a group of verbs."""

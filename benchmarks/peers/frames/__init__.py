"""The peers numpy and pandas, in our own environment."""

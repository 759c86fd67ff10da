"""The color themes of the console, one TOML file each; being a package makes the folder ship."""

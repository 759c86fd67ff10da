"""What the desk's API answers, from the same documents as the command line, and how it is served beside a desk."""

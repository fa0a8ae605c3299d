"""The widgets and what draws studydl's markup in them."""

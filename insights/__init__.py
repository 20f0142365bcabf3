"""What the secretariat looks at: what waits, what is missing, what is read."""

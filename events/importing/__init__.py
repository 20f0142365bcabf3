"""Reading an organizer's table of events: the file, its columns, its cells, and what becomes of each row."""

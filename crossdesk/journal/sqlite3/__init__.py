"""Django's SQLite, written to in turns."""

"""Work of imports that must happen."""

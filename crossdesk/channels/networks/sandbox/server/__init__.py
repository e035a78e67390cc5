"""The sandbox network itself: a separate process with its own database. Nothing in Crossdesk imports it."""

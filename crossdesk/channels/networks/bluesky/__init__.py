"""Bluesky: accounts live on servers of their own (PDS), what everybody says is seen through an AppView."""

"""Signing in and out, the theme, where a person lands."""

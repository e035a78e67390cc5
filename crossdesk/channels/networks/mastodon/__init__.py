"""Servers that speak the Mastodon API: Mastodon, GoToSocial, Pleroma, Akkoma, snac2, Takahē, Hollo and others."""

"""The sandbox: a small social network of our own, to try Crossdesk on and to test it against."""

"""Trains the encoder and its heads. Needs torch and transformers, which nothing else in Crossdesk does."""

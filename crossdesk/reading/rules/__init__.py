"""Readable rules: words and shapes that a person can check, each with the sentence that explains it."""

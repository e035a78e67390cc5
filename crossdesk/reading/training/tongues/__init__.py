"""Training of what reads other languages: small heads on a published multilingual encoder. Never imported by the product."""

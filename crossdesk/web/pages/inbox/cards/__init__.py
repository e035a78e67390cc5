"""What the inbox's templates draw: plain, frozen, complete. `show` makes them from what the rooms return.

Addresses come along ready made, so that the same templates draw the real inbox and the gallery.
"""

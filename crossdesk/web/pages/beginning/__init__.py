"""The beginning: the first person, setting a workspace up step by step, and the list of what is still to do."""

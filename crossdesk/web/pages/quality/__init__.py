"""Quality: how well messages are read and routed, and the labels that tell."""

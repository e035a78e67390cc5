"""Every component with its states, and the inbox drawn from samples."""

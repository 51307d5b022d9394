"""The wizard: asks a user at a terminal for the answers."""

"""What follows from other answers, and what does not fit together."""

"""What several commands do alike, or one does at length: the steps that the commands put together."""

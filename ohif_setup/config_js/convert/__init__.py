"""Converts a configuration to answers, and keeps what answers cannot hold as hand edits."""

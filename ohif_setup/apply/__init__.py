"""Brings a plan to the disk: compares, merges, writes whole or not at all, takes back."""

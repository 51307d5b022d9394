"""Reads existing OHIF configurations, lints them and converts them to answers. Their JavaScript is never run."""

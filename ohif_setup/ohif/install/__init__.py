"""Puts a published build of OHIF in its place, whole or not at all."""

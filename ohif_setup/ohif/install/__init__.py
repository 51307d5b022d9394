"""Installs a published build of OHIF into its folder, completely or not at all."""

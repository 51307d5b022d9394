"""The site, its files and its last check on one screen."""

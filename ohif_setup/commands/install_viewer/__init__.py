"""`install-viewer`: installs a build of OHIF where the web server serves it."""

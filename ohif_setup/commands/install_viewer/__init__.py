"""`install-viewer`: a build of OHIF put where the web server looks for it."""

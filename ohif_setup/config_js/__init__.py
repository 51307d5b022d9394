"""Configurations of OHIF that somebody wrote: read, judged, turned into answers; the JavaScript in them is never run."""

"""One exchange with one host: sessions, limits, certificates, and the trouble that came instead of an answer."""

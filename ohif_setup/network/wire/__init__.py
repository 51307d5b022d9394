"""One exchange with one host: sessions, limits, certificates, and the trouble that replaces an answer."""

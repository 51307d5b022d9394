"""`explain`: what a check, an AADSTS code or an error of the tool means."""

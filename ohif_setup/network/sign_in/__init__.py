"""Sign-in through MSAL: in a browser, by device code, as a service principal."""

"""What the network answers, as observations, never judgements. The only importer of requests and msal."""

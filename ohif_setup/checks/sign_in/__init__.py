"""Who signs in, and whether the identity provider lets them."""

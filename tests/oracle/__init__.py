"""The oracle: random servers before real browser engines and before our verdict, which must agree."""

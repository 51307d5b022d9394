"""Knowledge of browsers: origins, safelisted headers, preflight and CORS check, as pure functions on values."""

"""Knowledge of OHIF: its configuration by version, and the requests that it sends."""

"""A folder per command: `options.py` has `add_arguments(parser)`, `run.py` has `run(arguments)`. The table is in `cli.py`."""

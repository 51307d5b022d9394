"""One file per command. Each has NAME, HELP, add_arguments(parser) and run(arguments) -> exit status."""

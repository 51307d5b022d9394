"""What a person reads or types, apart from the commands themselves."""

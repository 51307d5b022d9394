"""What the user wants: the model, the answers file, precedence."""

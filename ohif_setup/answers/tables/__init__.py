"""The tables of the answers file, each a part of the model."""

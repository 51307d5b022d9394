"""The options of `completion`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options

SHELLS = ("bash", "zsh", "fish")


def add_arguments(parser: ArgumentParser) -> None:
    """The shell."""
    parser.add_argument("shell", choices=SHELLS, help="the shell that is to complete")
    options.add_examples(
        parser,
        "ohif-setup completion bash > ~/.local/share/bash-completion/completions/ohif-setup",
        "ohif-setup completion zsh > ~/.zfunc/_ohif-setup       (~/.zfunc in fpath, before compinit)",
        "ohif-setup completion fish > ~/.config/fish/completions/ohif-setup.fish",
    )

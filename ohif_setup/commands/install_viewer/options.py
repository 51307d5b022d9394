"""The options of `install-viewer`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "build",
        type=options.path,
        metavar="BUILD",
        help="the .tgz that npm pack @ohif/app@VERSION makes, or the folder that it was unpacked to",
    )
    options.add_answers(parser)
    parser.add_argument("--into", type=options.path, metavar="DIR", help="write there instead of viewer.folder")
    parser.add_argument(
        "--force", action="store_true", help="replace the folder even where files in it were edited or added"
    )
    options.add_examples(
        parser,
        "npm pack @ohif/app@3.11.0 && ohif-setup install-viewer ohif-app-3.11.0.tgz",
        "ohif-setup install-viewer dist/ --into /var/www/ohif",
    )

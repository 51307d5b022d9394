"""The options of `demo`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options
from ohif_setup.demo import INSTALLED, SERVERS, STAND_INS


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "--server",
        choices=SERVERS,
        default=STAND_INS,
        help="stand-ins of Azure (default), or Orthanc and nginx as installed on this machine",
    )
    parser.add_argument("--break", dest="fault", metavar="NAME", help="break one thing first (list: --break list)")
    parser.add_argument(
        "--serve", action="store_true", help="keep the servers running until Ctrl-C, and print what to type"
    )
    parser.add_argument(
        "--folder", type=options.path, metavar="DIR", help="write there and keep it (default: a temporary folder)"
    )
    parser.add_argument(
        "--build",
        type=options.path,
        metavar="BUILD",
        help=f"with --server {INSTALLED}: a build of OHIF, as for install-viewer",
    )
    options.add_examples(
        parser,
        "ohif-setup demo",
        "ohif-setup demo --break list",
        "ohif-setup demo --server orthanc --serve",
    )

"""The options of `cors`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from ohif_setup.commands.shared import options

FHIR = "fhir"
"""The name for a FHIR service, which is not a kind of DICOMweb server but has CORS settings too."""


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "--service-url",
        action="append",
        required=True,
        metavar="URL",
        help="the root of DICOMweb or FHIR; may be repeated",
    )
    parser.add_argument(
        "--viewer-url",
        action="append",
        required=True,
        metavar="URL",
        help="where people open the viewer; may be repeated",
    )
    parser.add_argument(
        "--server",
        type=kind,
        metavar="{azure-dicom,orthanc,dicomweb,fhir}",
        help="the kind of service (default: recognised by its answers)",
    )
    parser.add_argument("--no-auth", action="store_true", help="the viewer will send no token")
    parser.add_argument("--ohif-version", metavar="V", help="the version of OHIF (default: the newest known)")
    parser.add_argument("--uploads", action="store_true", help="check storing too; nothing is ever stored")
    options.add_timeout(parser)
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print one JSON object (schema ohif-setup.cors/1)")
    output.add_argument("--curl", action="store_true", help="print the curl command behind each request, for a ticket")
    options.add_examples(
        parser,
        "ohif-setup cors --service-url https://pacs.example.org/dicom-web --viewer-url https://viewer.example.org",
    )


def kind(name: str) -> str:
    """Accepts the name of a kind, or `fhir`. Raises ArgumentTypeError."""
    # Late: --help does not need the kinds. For the same reason this is not `choices`, and the metavar is written out.
    from ohif_setup.kinds import KINDS

    known = (*KINDS, FHIR)
    if name not in known:
        raise ArgumentTypeError(f"invalid choice: {name!r} (choose from {', '.join(map(repr, known))})")
    return name

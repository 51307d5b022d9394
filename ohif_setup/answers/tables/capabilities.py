"""The observed capabilities of a DICOMweb server, kept among the answers so that `generate` needs no network."""

from __future__ import annotations

from pydantic import Field

from ohif_setup.answers.tables.table import Table


class Capabilities(Table):
    """What ohif-setup found out about the server. To find out again: ohif-setup check --save"""

    # None in every field: not looked at yet, or not conclusive.
    wildcard: bool | None = Field(
        default=None,
        title="Wildcards",
        description="The server finds parts of names: a search for *name* gives what a search for the whole name gives.",
        examples=[True],
    )
    fuzzy: bool | None = Field(
        default=None,
        title="Fuzzy matching",
        description="The server takes fuzzymatching=true and finds names by their sound or spelling.",
        examples=[False],
    )
    includefield: bool | None = Field(
        default=None,
        title="Further fields",
        description="The server takes includefield. Nothing follows from it, as OHIF always sends it.",
        examples=[True],
    )
    rendered: bool | None = Field(
        default=None,
        title="Rendered images",
        description="The server renders an image as JPEG at /rendered. Nothing follows from it: thumbnails come from the frames.",
        examples=[True],
    )
    bulk_data: bool | None = Field(
        default=None,
        title="Bulk data",
        description="The server hands out large values by address (BulkDataURI), which PDF and palette colour need.",
        examples=[True],
    )
    quoted_accept: bool | None = Field(
        default=None,
        title="Quotes in Accept",
        description="The server takes the quotes in OHIF's Accept header for frames.",
        examples=[True],
    )
    percent_decoding: bool | None = Field(
        default=None,
        title="Percent-decoding",
        description="The server decodes %2C in a query. Debian 12's Orthanc does not: then the proxy does it for commas.",
        examples=[False],
    )

"""The tables of a site, each valid by itself: the input of the rules and defaults."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from ohif_setup.answers.tables import ohif_table
from ohif_setup.answers.tables.fields import to_tuple
from ohif_setup.answers.tables.proxy_table import Proxy
from ohif_setup.answers.tables.table import Table
from ohif_setup.answers.tables.tables import Fhir, Output, Server, SignIn, Viewer

VERSION = 1
"""The version of the layout that this tool writes. A file without one is of version 1."""
MOST_SERVERS = 20


def _check_version(value: object) -> object:
    # A newer version first: the user needs a newer tool, not a correction of the file.
    if isinstance(value, int) and not isinstance(value, bool) and value > VERSION:
        raise ValueError(
            f"is newer than this ohif-setup, which knows {VERSION}: install a newer one (pipx upgrade ohif-setup)"
        )
    # 1.0 and true are equal to 1 in Python.
    if value != VERSION or isinstance(value, bool | float):
        raise ValueError(f"is not a version of the answers file: write version = {VERSION}")
    return value


OhifTable = Annotated[dict[str, Any], AfterValidator(ohif_table.checked)]


class Site(Table):
    """The fields of the answers. `single` is `[server]`, `several` are `[[servers]]`; a site has one or the other."""

    version: Annotated[int, BeforeValidator(_check_version)] = Field(
        default=VERSION,
        title="Version of this file's layout",
        description=f"The version of the layout of this file: {VERSION}.",
        examples=[VERSION],
    )
    viewer: Viewer = Field(description="The OHIF viewer.")
    single: Server | None = Field(default=None, alias="server", description="The DICOMweb server.")
    several: Annotated[tuple[Server, ...], BeforeValidator(to_tuple), Field(max_length=MOST_SERVERS)] = Field(
        default=(),
        alias="servers",
        description="Instead of [server], if one viewer shows several servers: the first one is the default.",
    )
    proxy: Proxy = Field(
        default_factory=Proxy, description="The web server before Orthanc or another DICOMweb server, optional."
    )
    sign_in: SignIn | None = Field(default=None, description="How people sign in; omit it if nobody has to.")
    fhir: Fhir | None = Field(default=None, description="A FHIR service, optional.")
    output: Output = Field(default_factory=Output, description="Where the generated files go.")
    ohif: OhifTable = Field(
        default_factory=dict,
        title="Further OHIF configuration",
        description="Any further keys of OHIF's window.config, optional. They are merged in as they are.",
        examples=[{"showPatientInfo": "visible"}],
    )

    @property
    def servers(self) -> tuple[Server, ...]:
        """Every DICOMweb server of the site, the default one first."""
        if self.single:
            return (self.single,)
        return self.several

    @property
    def server(self) -> Server:
        """The first server, which the viewer shows unless another one is requested."""
        return self.servers[0]

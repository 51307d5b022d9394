"""The tables of the answers file, each a frozen model: the viewer, the server, the sign-in.

The descriptions and examples are used by prompts, errors, the written file and the JSON Schema; there are no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
)

from ohif_setup.answers.tables.capabilities import Capabilities
from ohif_setup.answers.tables.choice import OneOf
from ohif_setup.answers.tables.fields import (
    Directory,
    FhirUrl,
    OhifVersion,
    Parameters,
    Scope,
    ServedPath,
    SourceName,
    TenantId,
    Text,
    ViewerUrl,
    ViewerUrls,
)
from ohif_setup.answers.tables.table import Table
from ohif_setup.kinds import KINDS
from ohif_setup.ohif import versions
from ohif_setup.paste.dicomweb import or_another_kind
from ohif_setup.paste.urls import origin_of, path_of
from ohif_setup.providers import provider_of
from ohif_setup.routes import ROUTES, route_of, routes_of
from ohif_setup.webservers import WEBSERVERS

if TYPE_CHECKING:
    from ohif_setup.providers.provider import Provider

Flow = Literal["code", "implicit"]
KindName = Annotated[str, OneOf(KINDS)]
RouteName = Annotated[str, OneOf(ROUTES)]
WebServerName = Annotated[str, OneOf(WEBSERVERS)]
DEFAULT_DIRECTORY = "deploy"
OWN_SERVER = "http://127.0.0.1:8042/dicom-web"


class Viewer(Table):
    """The OHIF viewer: where people open it, and which version it is."""

    url: ViewerUrl = Field(
        title="Viewer URL",
        description="Where users open OHIF in the browser. With a path, the viewer is served under that path.",
        examples=["https://viewer.example.org", "https://www.example.org/ohif"],
    )
    extra_urls: ViewerUrls = Field(
        default=(),
        title="Further viewer URLs",
        description="Further addresses of the same viewer, with the same path as the viewer URL.",
        examples=[["http://localhost:3000"]],
    )
    ohif_version: OhifVersion = Field(
        default=versions.NEWEST,
        title="OHIF version",
        description=f"The version of OHIF that is served: {versions.OLDEST} or newer.",
        examples=[versions.NEWEST],
    )
    folder: ServedPath = Field(
        default="",
        title="Viewer folder",
        description="The folder of the built viewer on the host that serves it. ohif-setup install-viewer writes it.",
        examples=["/var/www/ohif"],
    )

    @field_validator("extra_urls")
    @classmethod
    def _same_path(cls, urls: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        main = info.data.get("url")
        # Invalid or missing, which pydantic reports by itself.
        if main is None:
            return urls
        for url in urls:
            if path_of(url) != path_of(main):
                right = origin_of(url) + path_of(main).rstrip("/")
                raise ValueError(
                    f"has {url} with another path than viewer.url. One configuration of OHIF serves one path: "
                    f"give {right}"
                )
        return tuple(url for url in dict.fromkeys(urls) if url != main)

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins that must pass CORS, without repeats: that of `url` first."""
        return tuple(dict.fromkeys(origin_of(url) for url in (self.url, *self.extra_urls)))

    @property
    def base_path(self) -> str:
        """OHIF's routerBasename: `/`, or the path of the viewer URL without a trailing slash (with one, sign-in
        breaks)."""
        return path_of(self.url)


def refused_by(name: str) -> tuple[str, ...]:
    """The keys of `[server]` that have no effect on a kind, regardless of the other answers."""
    kind = KINDS[name]
    uses = {"route": len(routes_of(name)) > 1, "proxy": kind.behind_web_server, "capabilities": kind.varies}
    return tuple(key for key, used in uses.items() if not used)


def _usual_route(given: dict[str, Any]) -> str:
    """The default route of a server; empty if its kind is invalid."""
    return next(iter(routes_of(given["kind"])), "") if "kind" in given else ""


class Server(Table):
    """The DICOMweb server that holds the images."""

    kind: KindName = Field(
        default_factory=lambda: KINDS.first,
        title="Kind of server",
        description="Which DICOMweb server it is.",
        examples=[KINDS.example],
    )
    url: Text = Field(
        title="DICOM service URL",
        description="On Azure the Service URL on the Overview page of the DICOM service, with or without /v2; elsewhere "
        "the DICOMweb root, as the web server in front of it reaches it; without a web server, as browsers do.",
        examples=["https://ws-dicom.dicom.azurehealthcareapis.com", OWN_SERVER],
    )
    uploads: bool = Field(
        default=False,
        title="Uploads allowed",
        description="Whether users may store through the viewer (STOW-RS): images, and the reports and segmentations that "
        "OHIF makes. Without it OHIF offers Create Report all the same, and storing one fails. On Azure users then need "
        "the role DICOM Data Owner.",
        examples=[False],
    )
    route: RouteName = Field(
        default_factory=_usual_route,
        title="Route",
        description="How browsers reach the server.",
        examples=[ROUTES.example],
    )
    proxy: WebServerName = Field(
        default_factory=lambda: WEBSERVERS.first,
        title="Web server",
        description="Which web server is in front of Orthanc or another DICOMweb server.",
        examples=[WEBSERVERS.example],
    )
    name: SourceName = Field(
        default="",
        title="Name of the data source",
        description="The name of the server in OHIF, also in addresses such as /viewer?datasources=NAME. Needed only if "
        "a site has several servers.",
        examples=[KINDS.example],
    )
    capabilities: Capabilities = Field(
        default_factory=Capabilities,
        description="What ohif-setup found out about the server. To find out again: ohif-setup check --save",
    )

    @field_validator("url")
    @classmethod
    def _of_its_kind(cls, url: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        # The kind is invalid, and without it no rule for the URL applies.
        if kind is None:
            return url
        try:
            return KINDS[kind].parse_root(url)
        except ValueError as error:
            # Only kinds with recognisable addresses can tell that the address is that of another kind.
            if KINDS[kind].addresses.meant is None:
                raise
            raise ValueError(f"{error}{or_another_kind(url)}") from None

    @property
    def refused(self) -> tuple[str, ...]:
        """The keys that have no effect on its kind, regardless of the other answers."""
        return refused_by(self.kind)

    @property
    def path(self) -> str:
        """The path of the DICOMweb root, without a slash at its end: `/dicom-web`; empty for the root of a host."""
        return path_of(self.url).rstrip("/")

    @model_serializer(mode="wrap")
    def _what_applies(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Omits the keys that the kind and route refuse, so that the result can be validated again."""
        kept: dict[str, Any] = handler(self)
        refused = (*self.refused, "proxy") if route_of(self).direct else self.refused
        return {name: value for name, value in kept.items() if name not in refused}


class SignIn(Table):
    """How people sign in: the tenant and the app registration in Microsoft Entra ID, or another OIDC provider."""

    tenant_id: TenantId = Field(
        default="",
        title="Tenant ID",
        description="The Directory (tenant) ID on the Overview page of the app registration, or a domain of the "
        "tenant. Empty if users sign in with another provider than Entra ID.",
        examples=["11111111-2222-4333-8444-555555555555", "contoso.onmicrosoft.com"],
    )
    authority: Text = Field(
        default="",
        title="Authority",
        description="Where users sign in. Needed for another OIDC provider than Entra ID (its discovery URL works too), for "
        "sovereign clouds and for tests; otherwise it follows from tenant and service.",
        examples=["https://keycloak.example.org/realms/imaging"],
    )
    client_id: Text = Field(
        title="Client ID",
        description="The Application (client) ID on the Overview page of the viewer's app registration; with another "
        "provider, the ID of the public client.",
        examples=["66666666-7777-4888-9999-aaaaaaaaaaaa"],
    )
    flow: Flow = Field(
        default="code",
        title="Sign-in flow",
        description="How the browser gets its token: code (with PKCE, recommended) or implicit (older).",
        examples=["code"],
    )
    scope: Scope = Field(
        default="",
        title="Scope",
        description="What the viewer asks the provider for, separated by spaces. Empty: it follows from provider and servers.",
        examples=["openid profile offline_access"],
    )
    extra_parameters: Parameters = Field(
        default_factory=dict,
        title="Further parameters",
        description="Further parameters of the request for a sign-in, such as audience for Auth0.",
        examples=[{"audience": "https://pacs.example.org/api"}],
    )

    @field_validator("client_id")
    @classmethod
    def _of_its_provider(cls, client_id: str, info: ValidationInfo) -> str:
        # An invalid tenant is not in info.data, but it still means Entra ID.
        answered = {"tenant_id": "?"} | info.data
        return provider_answered(answered).parse_client_id(client_id, answered["tenant_id"])

    @field_validator("authority")
    @classmethod
    def _whole(cls, authority: str, info: ValidationInfo) -> str:
        if not authority.strip():
            return ""
        answered = info.data | {"authority": authority}
        return provider_answered(answered).parse_authority(authority, info.data.get("tenant_id", ""))


def provider_answered(answers: Mapping[str, Any]) -> Provider:
    """The provider to which answers in `[sign_in]` belong, which may still be incomplete or invalid."""
    # model_construct skips the validation, which incomplete answers would not pass.
    return provider_of(SignIn.model_construct(None, **{"client_id": "", **answers}))


class Fhir(Table):
    """A FHIR service that the viewer's users reach from the same pages."""

    url: FhirUrl = Field(
        title="FHIR service URL",
        description="The address of the FHIR service in the same workspace, if the viewer's users need one.",
        examples=["https://ws-fhir.fhir.azurehealthcareapis.com"],
    )


class Output(Table):
    """Where the generated files go."""

    directory: Directory = Field(
        default=DEFAULT_DIRECTORY,
        title="Output folder",
        description="The folder for the generated files. A relative path starts at the folder of the answers file.",
        examples=[DEFAULT_DIRECTORY],
    )

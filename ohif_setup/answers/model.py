"""What the user decided about a site: the answers, validated and normalised.

The descriptions and examples here are the only ones: prompts, errors, the written file and the JSON Schema repeat
them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from ohif_setup.answers import ohif_table, pasted
from ohif_setup.answers.identifiers import is_guid, parse_client_id, parse_tenant
from ohif_setup.answers.services import (
    complete_authority,
    default_authority,
    parse_authority,
    parse_dicom_url,
    parse_fhir_url,
)
from ohif_setup.answers.urls import origin_of, parse_viewer_url, path_of
from ohif_setup.viewer import versions

Flow = Literal["code", "implicit"]
Kind = Literal["azure-dicom"]
FLOWS: tuple[str, ...] = get_args(Flow)
KINDS: tuple[str, ...] = get_args(Kind)
VERSION = 1
DEFAULT_DIRECTORY = "deploy"


def _parse_ohif_version(text: str) -> str:
    major, minor = versions.parse(pasted.trimmed(text))
    if (major, minor) < versions.parse(versions.OLDEST):
        raise ValueError(
            f"is older than {versions.OLDEST}, the oldest OHIF that the tool can configure: before it, sign-in "
            f"and images were "
            f"configured in another way. Take {versions.NEWEST}"
        )
    if major > versions.parse(versions.NEWEST)[0]:
        raise ValueError(f"is not known: this tool configures OHIF 3, up to {versions.KNOWN[-1]} as far as tried")
    return f"{major}.{minor}"


def _parse_directory(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty: name a folder, as in deploy")
    if pasted.has_control_characters(text):
        raise ValueError("holds a line break, NUL or another control character, which no folder name should")
    return text


def _to_tuple(value: object) -> object:
    """TOML gives lists; the model is frozen and keeps tuples."""
    return tuple(value) if isinstance(value, list) else value


def _check_version(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value > VERSION:
        raise ValueError(
            f"is newer than this ohif-setup, which knows {VERSION}: install a newer one (pipx upgrade ohif-setup)"
        )
    if value != VERSION or isinstance(value, bool | float):
        raise ValueError(f"is not a version of the answers file: write version = {VERSION}")
    return value


_Text = Annotated[str, AfterValidator(pasted.bounded)]
ViewerUrl = Annotated[_Text, AfterValidator(parse_viewer_url)]
OhifVersion = Annotated[_Text, AfterValidator(_parse_ohif_version)]
DicomUrl = Annotated[_Text, AfterValidator(parse_dicom_url)]
TenantId = Annotated[_Text, AfterValidator(parse_tenant)]
ClientId = Annotated[_Text, AfterValidator(parse_client_id)]
Authority = Annotated[_Text, AfterValidator(parse_authority)]
FhirUrl = Annotated[_Text, AfterValidator(parse_fhir_url)]
Directory = Annotated[_Text, AfterValidator(_parse_directory)]
OhifTable = Annotated[dict[str, Any], AfterValidator(ohif_table.checked)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", validate_default=False)


class Viewer(_Table):
    """The OHIF viewer: where people open it, and which version it is."""

    url: ViewerUrl = Field(
        title="Viewer URL",
        description="Where people open OHIF in the browser. It may have a path; then the viewer lives under it.",
        examples=["https://viewer.example.org", "https://www.example.org/ohif"],
    )
    extra_urls: Annotated[tuple[ViewerUrl, ...], BeforeValidator(_to_tuple)] = Field(
        default=(),
        title="Further viewer URLs",
        description="Further addresses at which the same viewer must work too, with the same path as the viewer URL.",
        examples=[["http://localhost:3000"]],
    )
    ohif_version: OhifVersion = Field(
        default=versions.NEWEST,
        title="OHIF version",
        description=f"The version of OHIF that is served: {versions.OLDEST} or newer.",
        examples=[versions.NEWEST],
    )

    @field_validator("extra_urls")
    @classmethod
    def _same_path(cls, urls: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        main = info.data.get("url")
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


class Server(_Table):
    """The DICOMweb server that holds the images."""

    kind: Kind = Field(
        default="azure-dicom",
        title="Kind of server",
        description="Which DICOMweb server it is.",
        examples=["azure-dicom"],
    )
    url: DicomUrl = Field(
        title="DICOM service URL",
        description="The Service URL on the Overview page of the DICOM service in the Azure portal, with or "
        "without /v2.",
        examples=["https://ws-dicom.dicom.azurehealthcareapis.com"],
    )
    uploads: bool = Field(
        default=False,
        title="Uploads allowed",
        description="Whether people may store images through the viewer (STOW-RS). They then need the role "
        "DICOM Data Owner.",
        examples=[False],
    )


class SignIn(_Table):
    """How people sign in: the tenant and the app registration in Microsoft Entra ID."""

    tenant_id: TenantId = Field(
        title="Tenant ID",
        description="The Directory (tenant) ID on the Overview page of the app registration. A domain of the "
        "tenant will do too.",
        examples=["11111111-2222-4333-8444-555555555555", "contoso.onmicrosoft.com"],
    )
    client_id: ClientId = Field(
        title="Client ID",
        description="The Application (client) ID on the Overview page of the viewer's app registration.",
        examples=["66666666-7777-4888-9999-aaaaaaaaaaaa"],
    )
    flow: Flow = Field(
        default="code",
        title="Sign-in flow",
        description="How the browser gets its token: code (with PKCE, recommended) or implicit (older).",
        examples=["code"],
    )
    authority: Authority = Field(
        default="",
        title="Authority",
        description="Where people sign in. Only needed for sovereign clouds and tests; the default follows from "
        "tenant and service.",
        examples=["https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555"],
    )

    @field_validator("client_id")
    @classmethod
    def _not_the_tenant(cls, client_id: str, info: ValidationInfo) -> str:
        if client_id == info.data.get("tenant_id"):
            raise ValueError(
                "is the same as sign_in.tenant_id. They are two different IDs on the Overview page of the app "
                "registration: "
                "Application (client) ID and Directory (tenant) ID"
            )
        return client_id

    @field_validator("authority")
    @classmethod
    def _same_tenant(cls, authority: str, info: ValidationInfo) -> str:
        tenant = info.data.get("tenant_id")
        return complete_authority(authority, tenant) if tenant else authority


class Fhir(_Table):
    """A FHIR service that the viewer's users reach from the same pages."""

    url: FhirUrl = Field(
        title="FHIR service URL",
        description="The address of the FHIR service in the same workspace, if the viewer's users need one.",
        examples=["https://ws-fhir.fhir.azurehealthcareapis.com"],
    )


class Output(_Table):
    """Where the generated files go."""

    directory: Directory = Field(
        default=DEFAULT_DIRECTORY,
        title="Output folder",
        description="The folder for the generated files. A relative one begins at the folder of the answers file.",
        examples=[DEFAULT_DIRECTORY],
    )


class Answers(_Table):
    """Everything that the user decided about one site."""

    version: Annotated[int, BeforeValidator(_check_version)] = Field(
        default=VERSION,
        title="Version of this file's layout",
        description=f"The version of the layout of this file: {VERSION}.",
        examples=[VERSION],
    )
    viewer: Viewer = Field(description="The OHIF viewer.")
    server: Server = Field(description="The DICOMweb server.")
    sign_in: SignIn = Field(description="How people sign in.")
    fhir: Fhir | None = Field(default=None, description="A FHIR service, optional.")
    output: Output = Field(default_factory=Output, description="Where the generated files go.")
    ohif: OhifTable = Field(
        default_factory=dict,
        title="Further OHIF configuration",
        description="Any further keys of OHIF's window.config, optional. They are merged in as they are.",
        examples=[{"showPatientInfo": "visible"}],
    )

    @field_validator("sign_in")
    @classmethod
    def _with_authority(cls, sign_in: SignIn, info: ValidationInfo) -> SignIn:
        if sign_in.authority:
            return sign_in
        server = info.data.get("server")
        authority = default_authority(server.url if server else "", sign_in.tenant_id)
        return sign_in.model_copy(update={"authority": authority})

    @property
    def default_authority(self) -> str:
        """What `sign_in.authority` is when nobody sets it."""
        return default_authority(self.server.url, self.sign_in.tenant_id)

    def with_tenant_id(self, tenant_id: str) -> Answers:
        """The same answers with the tenant's ID in the place of its domain, in the authority too. Raises pydantic's
        ValidationError."""
        raw = self.model_dump(mode="python")
        origin, _, named = self.sign_in.authority.removeprefix("https://").partition("/")
        if not is_guid(named):
            raw["sign_in"]["authority"] = f"https://{origin}"
        raw["sign_in"]["tenant_id"] = tenant_id
        return Answers.model_validate(raw)

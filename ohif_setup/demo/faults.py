"""The faults that the demo can show: what is broken, and which check must name it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from ohif_setup.demo.dicom import BuiltInArchive, DicomService
from ohif_setup.demo.dicom.images import demo_instances
from ohif_setup.demo.entra import AppRegistration, Entra

UNKNOWN_TENANT = "99999999-2222-4333-8444-555555555555"
UNKNOWN_CLIENT = "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee"


class Breakable(Protocol):
    """What a fault may change: the stand-ins, the registration of the viewer, and the answers."""

    entra: Entra
    dicom: DicomService
    registration: AppRegistration
    answers: dict[str, str]


@dataclass(frozen=True)
class DemoFault:
    """One way to break the demo. `check` is the ID of the only check that must fail."""

    name: str
    summary: str
    check: str
    apply: Callable[[Breakable], None]


def _tenant(site: Breakable) -> None:
    # Only the answers change, not the stand-in: as with a typo in the file.
    site.answers["sign_in.tenant_id"] = UNKNOWN_TENANT
    site.answers["sign_in.authority"] = f"{site.entra.url}/{UNKNOWN_TENANT}"


def _client(site: Breakable) -> None:
    site.answers["sign_in.client_id"] = UNKNOWN_CLIENT


def _redirect(site: Breakable) -> None:
    # The usual mistake: the address of the viewer without /callback.
    site.registration.spa_redirect_uris = (f"{site.answers['viewer.url']}/",)


def _consent(site: Breakable) -> None:
    site.registration.admin_consent = False


def _public_client(site: Breakable) -> None:
    site.registration.public_client_flows = False


def _role(site: Breakable) -> None:
    # The token stays valid: the service answers 403, not 401.
    site.dicom.role = None


def _cors_origin(site: Breakable) -> None:
    site.dicom.cors = replace(site.dicom.cors, origins=("https://another-viewer.example.org",))


def _without_cors_header(name: str) -> Callable[[Breakable], None]:
    def apply(site: Breakable) -> None:
        # Everything else stays allowed, so that exactly this header is named.
        kept = tuple(header for header in site.dicom.cors.headers if header != name)
        site.dicom.cors = replace(site.dicom.cors, headers=kept)

    return apply


def _version_segment(site: Breakable) -> None:
    # The answers say /v2, which then is a 404.
    site.dicom.versions = ("v1",)


def _reader(site: Breakable) -> None:
    # The role is in no token, so only the answer to an upload tells.
    site.dicom.role = "reader"
    site.answers["server.uploads"] = "true"


def _cut_frames(site: Breakable) -> None:
    site.dicom.archive = BuiltInArchive([replace(image, pixels=image.pixels[:100]) for image in demo_instances()])


def _modality_filter(site: Breakable) -> None:
    site.dicom.unsearchable = ("ModalitiesInStudy",)


def _empty_archive(site: Breakable) -> None:
    site.dicom.archive = BuiltInArchive(())


def _server_down(site: Breakable) -> None:
    # Nothing listens on its port any more, so the connection is refused.
    site.dicom.stop()


def _tls(site: Breakable) -> None:
    site.dicom.certificate = "expired"


_ALL = (
    DemoFault("tenant", "the tenant ID has a typo", "tenant-exists", _tenant),
    DemoFault("client", "the client ID is not known in the tenant", "client-known", _client),
    DemoFault("redirect", "the viewer's callback is not registered", "redirect-uri", _redirect),
    DemoFault("consent", "no administrator has consented", "sign-in", _consent),
    DemoFault(
        "public-client", "public client flows are off, which device-code sign-in needs", "sign-in", _public_client
    ),
    DemoFault("role", "the user has no role on the DICOM data", "dicomweb-reachable", _role),
    DemoFault("cors-origin", "CORS allows another origin than the viewer's", "cors", _cors_origin),
    DemoFault("cors-accept", "CORS does not allow the header accept", "cors", _without_cors_header("accept")),
    DemoFault(
        "cors-authorization",
        "CORS does not allow the header authorization",
        "cors",
        _without_cors_header("authorization"),
    ),
    DemoFault("version-segment", "the service serves /v1, the answers say /v2", "dicomweb-reachable", _version_segment),
    DemoFault("empty-archive", "the archive holds no study", "dicomweb-reachable", _empty_archive),
    DemoFault("frames", "the frames of all images are cut off", "dicomweb-answers", _cut_frames),
    DemoFault("modality-filter", "the service refuses to search by modality", "filters", _modality_filter),
    DemoFault("reader", "the user may read and not store, and uploads are on", "uploads", _reader),
    DemoFault("server-down", "the DICOM service refuses connections", "dicomweb-reachable", _server_down),
    DemoFault("tls", "the certificate of the DICOM service has expired", "tls", _tls),
)

FAULTS: dict[str, DemoFault] = {fault.name: fault for fault in _ALL}

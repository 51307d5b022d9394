"""The FHIR service of Azure Health Data Services, which a site may have beside its DICOM service. It is not a DICOMweb server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.cors.remedy import in_server
from ohif_setup.checks.finding import Fix
from ohif_setup.kinds.azure_dicom import cors
from ohif_setup.kinds.service import CorsService, Setting
from ohif_setup.network.look.challenge import challenge_of
from ohif_setup.network.wire.exchange import Received
from ohif_setup.ohif.requests import Uids, ViewerRequest, fhir_requests
from ohif_setup.paste.services import is_fhir_url

if TYPE_CHECKING:
    from ohif_setup.checks.cors.look import CorsCase


def requests(root: str, version: str, uploads: bool, uids: Uids) -> tuple[ViewerRequest, ...]:
    """The requests of OHIF to a FHIR server, which do not depend on version, uploads or instances."""
    return fhir_requests(root)


def remedies(
    case: CorsCase, origin: str, *, own: str, proxy: str, exactly: tuple[Setting, ...] = ()
) -> tuple[Fix, ...]:
    """The fixes for Azure's own FHIR service."""
    return cors.change_in_azure("fhir", case, origin, own=own, proxy=proxy, exactly=exactly)


def recognises(url: str, answers: Sequence[Received]) -> bool:
    """Recognised by its host name, or by a challenge that names a tenant of Entra ID."""
    # Without any answer nothing speaks against Azure, which is what the answers file usually means by `fhir`.
    if is_fhir_url(parts_of(url).host) or not answers:
        return True
    challenges = (challenge_of(answer) for answer in answers)
    return any(challenge is not None and challenge.authority for challenge in challenges)


# A FHIR server of another product: the answers have the same key for both, so only its answers tell them apart.
OTHER = CorsService(
    label="FHIR service",
    noun="FHIR service",
    requests=requests,
    remedies=in_server,
    by_uids=False,
    writes=True,
)
FHIR = replace(
    OTHER,
    remedies=remedies,
    not_listed=cors.NOT_LISTED,
    any_origin=cors.ANY_ORIGIN,
    sets_vary=False,
    is_host=is_fhir_url,
    recognises=recognises,
    otherwise=OTHER,
)

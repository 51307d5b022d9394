"""Observations as values, for judges that are pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ohif_setup.answers.model import Answers
from ohif_setup.answers.sources import load
from ohif_setup.checks.finding import Finding
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.sign_in.sign_in import Method, SignInResult
from ohif_setup.network.wire.exchange import Exchange, Received, Sent, Trouble, TroubleKind
from ohif_setup.network.wire.http import token_for

TENANT = "11111111-2222-4333-8444-555555555555"
OTHER_TENANT = "99999999-2222-4333-8444-555555555555"
CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
PIPELINE = "bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee"
HOST = "https://login.microsoftonline.com"
AUTHORITY = f"{HOST}/{TENANT}"
VIEWER = "https://viewer.example.org"
DICOM = "https://ws-dicom.dicom.azurehealthcareapis.com"
ROOT = f"{DICOM}/v2"
AUDIENCE = "https://dicom.healthcareapis.azure.com"

OWN = "https://pacs.example.org"
OWN_ROOT = f"{OWN}/dicom-web"
BEHIND = "http://127.0.0.1:8042/dicom-web"

Fields = tuple[tuple[str, str], ...]
JSON: Fields = (("Content-Type", "application/json"),)
HTML: Fields = (("Content-Type", "text/html"),)


def answers(**changed: str) -> Answers:
    """The usual answers; `server__uploads="true"` changes `server.uploads`."""
    values = {
        "viewer.url": VIEWER,
        "server.kind": "azure-dicom",
        "server.url": ROOT,
        "sign_in.tenant_id": TENANT,
        "sign_in.client_id": CLIENT,
    } | {key.replace("__", "."): value for key, value in changed.items()}
    return load(None, [f"{key}={value}" for key, value in values.items()], {})


def own(**changed: str) -> Answers:
    """A site with Orthanc behind nginx, where nobody signs in."""
    values = {
        "viewer.url": OWN,
        "server.kind": "orthanc",
        "server.url": BEHIND,
    } | {key.replace("__", "."): value for key, value in changed.items()}
    return load(None, [f"{key}={value}" for key, value in values.items()], {})


def keycloak(**changed: str) -> Answers:
    """The same, where people sign in at Keycloak."""
    realm = {"sign_in__authority": "https://login.example.org/realms/imaging", "sign_in__client_id": "ohif"}
    return own(**(realm | changed))


def oidc(**changed: str) -> Answers:
    """The same at a provider that has no name here."""
    return keycloak(**({"sign_in__authority": "https://login.example.org"} | changed))


def got(
    status: int, body: bytes | str | object = b"", headers: Fields = JSON, url: str = f"{ROOT}/studies?limit=1"
) -> Exchange:
    """An exchange that was answered; `body` other than text is written as JSON."""
    if not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
    return Exchange(Sent("GET", url), Received(status, headers, url, body, 0.1))


def trouble(
    kind: TroubleKind, url: str = f"{ROOT}/studies?limit=1", detail: str = "SSLError: said the library"
) -> Exchange:
    return Exchange(Sent("GET", url), trouble=Trouble(kind, detail))


DOCUMENT: dict[str, object] = {
    "issuer": f"{AUTHORITY}/v2.0",
    "authorization_endpoint": f"{AUTHORITY}/oauth2/v2.0/authorize",
    "token_endpoint": f"{AUTHORITY}/oauth2/v2.0/token",
}
DISCOVERY_URL = f"{AUTHORITY}/v2.0/.well-known/openid-configuration"


def discovery(
    changed: Mapping[str, object] | None = None, skew: float | None = 0.0, headers: Fields = JSON
) -> Discovery:
    document = {**DOCUMENT, **(changed or {})}
    return Discovery(got(200, document, headers, DISCOVERY_URL), document, clock_skew=skew)


def refused(description: str, *, error: str = "invalid_request", status: int = 400) -> Discovery:
    return Discovery(
        got(status, {"error": error}, url=DISCOVERY_URL), error=error, description=description, clock_skew=0.0
    )


def no_document(exchange: Exchange) -> Discovery:
    return Discovery(exchange)


def signed_in(
    method: Method = "browser", changed: Mapping[str, object] | None = None, *, client_id: str = CLIENT
) -> SignInResult:
    """A sign-in with a good token; `changed` are claims, and one that is None is left out."""
    claims = {
        "aud": AUDIENCE,
        "tid": TENANT,
        "scp": "Dicom.ReadWrite",
        "appid": client_id,
        "exp": 2_000_000_000,
        **(changed or {}),
    }
    present = {key: value for key, value in claims.items() if value is not None}
    return SignInResult(
        method, token=token_for("token", ROOT), claims=present, account="ada@contoso.org", client_id=client_id
    )


def not_signed_in(
    description: str,
    *,
    method: Method = "browser",
    error: str = "invalid_client",
    client_id: str = CLIENT,
    suberror: str = "",
) -> SignInResult:
    return SignInResult(method, "refused", error=error, description=description, suberror=suberror, client_id=client_id)


def words(finding: Finding) -> str:
    """All that a person reads of a finding."""
    return " ".join(
        [finding.title, finding.symptom, finding.cause, *(f"{fix.where}: {fix.text}" for fix in finding.fix)]
    )

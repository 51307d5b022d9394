"""OHIF before Orthanc, where people sign in at a real OpenID Connect provider, and nginx has each token checked by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.parts import nginx
from tests.parts.oidc_provider import PUBLIC, OidcProvider, oidc_provider
from tests.parts.ports import free_port
from tests.routes import product
from tests.routes.case import Case, Place
from tests.routes.deployed import Surroundings

CASE = Case("3.13.2", tls=True, uploads=False)

# What the user adds to the generated file: NEXT-STEPS.md names `auth_request`.
_BEFORE = "      proxy_pass http://127.0.0.1"
_CHECKED = """\
      auth_request /token-check;
"""
_CHECK = """\
  location = /token-check {{
    internal;
    proxy_pass https://127.0.0.1:{port}/me;
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header Origin "";
  }}
"""


@dataclass(frozen=True)
class SignedIn(Place):
    """The case with a sign-in."""

    sign_in: dict[str, Any] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, Any]:
        """The answers file."""
        return super().answers | {"sign_in": self.sign_in}


@dataclass(frozen=True)
class Registration:
    """What is registered at the provider, where it differs from what the viewer needs: None is what it needs. `asks` are answers
    of `[sign_in]` about the request; an access token lives for `lifetime` seconds."""

    client_id: str = PUBLIC
    asks: Mapping[str, Any] = field(default_factory=dict)
    lifetime: int = 3600
    viewers: Sequence[str] | None = None
    origins: Sequence[str] | None = None


@dataclass(frozen=True)
class OidcSite:
    """The site as it runs."""

    place: SignedIn
    provider: OidcProvider


@contextmanager
def oidc_site(
    folder: Path, packages: Path, surroundings: Surroundings, registration: Registration
) -> Iterator[OidcSite]:
    """The generated site, all its files in `folder`, which every user must be able to read. `packages`: those of the provider."""
    port, archive = free_port(), surroundings.archives[False]
    sign_in = {"authority": f"https://localhost:{port}", "client_id": registration.client_id, **registration.asks}
    place = SignedIn(CASE, folder, archive.url, sign_in=sign_in)
    product.write_certificate(place, surroundings.authority)
    output = product.generate(place)
    product.install_viewer(place, surroundings.builds[CASE.version])
    own = folder / "server"
    own.mkdir(mode=0o755)
    text = (output / "nginx.conf").read_text()
    assert text.count(_BEFORE) == 1
    checked = own / "checked.conf"
    text = text.replace(_BEFORE, _CHECKED + _BEFORE)
    checked.write_text(text.replace("  location / {", _CHECK.format(port=port) + "  location / {"))
    with (
        oidc_provider(
            own,
            packages,
            surroundings.authority,
            host="localhost",
            port=port,
            lifetime=registration.lifetime,
            viewers=(place.viewer_url,) if registration.viewers is None else registration.viewers,
            origins=(place.origin,) if registration.origins is None else registration.origins,
        ) as provider,
        nginx.nginx_with(own, [checked], [place.port]),
    ):
        yield OidcSite(place, provider)

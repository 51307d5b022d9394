"""Everything that the checks may look at, each thing looked at once, whoever asks first."""

from __future__ import annotations

from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.checks.cors_look import ServiceLook, Wanted, look_at_service, with_token
from ohif_setup.network import authorize, certificate
from ohif_setup.network.challenge import Challenge, challenge_of
from ohif_setup.network.discovery import Discovery, discover
from ohif_setup.network.exchange import Exchange
from ohif_setup.network.http import Http
from ohif_setup.network.parallel import Once, side_by_side
from ohif_setup.network.sign_in import Method, Patience, Registration, Screen, SignIn, sign_in
from ohif_setup.servers import azure_dicom
from ohif_setup.viewer import configuration
from ohif_setup.viewer.requests import JSON


class Look:
    """The site as it is now. All methods may be called from many threads; each asks the network once."""

    def __init__(
        self, answers: Answers, http: Http, method: Method, screen: Screen, patience: Patience | None = None
    ) -> None:
        self.answers = answers
        self.method = method
        self._patience = patience
        self._http = http
        self._screen = screen
        self._once = Once()

    def discovery(self) -> Discovery:
        """The identity provider's discovery document."""
        return self._once("discovery", lambda: discover(self._http, self.answers.sign_in.authority))

    def discovery_from(self, origin: str) -> Discovery:
        """The same as the viewer's page asks for it."""
        return self._once(
            ("discovery", origin),
            lambda: discover(self._http, self.answers.sign_in.authority, (("Origin", origin),)),
        )

    def keys_from(self, origin: str) -> Exchange | None:
        """The keys that the discovery document names, as the viewer's page asks for them; None when it names none."""
        url = self.discovery().endpoint("jwks_uri")
        if not url:
            return None
        headers = (("Accept", "application/json"), ("Origin", origin))
        return self._once(("keys", origin), lambda: self._http.send("GET", url, headers))

    def anonymous(self) -> Exchange:
        """A search without a token."""
        return self._once("anonymous", lambda: self._http.send("GET", self._search(), (("Accept", JSON),)))

    def challenge(self) -> Challenge | None:
        """What the service's 401 says of its tenant."""
        return challenge_of(self.anonymous().received)

    def sign_in(self) -> SignIn | None:
        """The sign-in, None where the identity provider is not there to sign in at."""
        return self._once("sign-in", self._sign_in)

    def with_token(self) -> Exchange | None:
        """A search with the token; None without one, or where not even a search without one was answered."""
        return self._once("with-token", self._with_token)

    def redirect_probes(self) -> tuple[authorize.AuthorizeProbe, ...]:
        """The authorize endpoint asked for each redirect URI; empty without an endpoint at the identity provider itself."""
        return self._once("redirect-probes", self._redirect_probes)

    def certificates(self) -> tuple[certificate.Certificate, ...]:
        """The certificates of the identity provider and of the services."""
        return self._once("certificates", self._certificates)

    def cors(self) -> tuple[ServiceLook, ...]:
        """Every kind of request from every viewer origin, with the token too where another check signs in."""
        return self._once("cors", self._cors)

    def _search(self) -> str:
        return f"{self.answers.server.url}/studies?limit=1"

    def _sign_in(self) -> SignIn | None:
        if self.method == "none":
            return SignIn("none", "not-asked")
        discovery = self.discovery()
        if not discovery.ok or discovery.elsewhere:
            return None
        registration = Registration(
            authority=self.answers.sign_in.authority,
            discovery=discovery,
            client_id=self.answers.sign_in.client_id,
            scope=azure_dicom.SCOPE,
            default_scope=azure_dicom.DEFAULT_SCOPE,
            service_url=self.answers.server.url,
        )
        return sign_in(self._http, registration, self.method, self._screen, self._patience)

    def _with_token(self) -> Exchange | None:
        if self.anonymous().received is None:
            return None
        signed_in = self.sign_in()
        if signed_in is None or signed_in.token is None:
            return None
        return self._http.send("GET", self._search(), (("Accept", JSON),), token=signed_in.token)

    def _redirect_probes(self) -> tuple[authorize.AuthorizeProbe, ...]:
        endpoint = self.discovery().endpoint("authorization_endpoint")
        if not endpoint or "authorization_endpoint" in self.discovery().elsewhere:
            return ()
        wanted = configuration.oidc(self.answers, azure_dicom.SCOPE)
        probe = partial(
            authorize.probe,
            self._http,
            endpoint,
            client_id=self.answers.sign_in.client_id,
            response_type=wanted["response_type"],
            scope=wanted["scope"],
        )
        uris = configuration.redirect_uris(self.answers)
        return tuple(side_by_side([partial(probe, redirect_uri=uri) for uri in uris]))

    def _certificates(self) -> tuple[certificate.Certificate, ...]:
        urls = [self.answers.sign_in.authority, self.answers.server.url]
        if self.answers.fhir:
            urls.append(self.answers.fhir.url)
        origins = dict.fromkeys("/".join(url.split("/")[:3]) for url in urls if url.startswith("https://"))
        timeout = self._http.timeout
        return tuple(side_by_side([partial(certificate.look_at_certificate, url, timeout) for url in origins]))

    def _cors(self) -> tuple[ServiceLook, ...]:
        viewer, server = self.answers.viewer, self.answers.server
        wanted = [
            Wanted(
                server.url, "azure-dicom", viewer.origins, viewer.ohif_version, uploads=server.uploads, signs_in=True
            )
        ]
        if self.answers.fhir:
            url = self.answers.fhir.url
            wanted.append(Wanted(url, "fhir", viewer.origins, viewer.ohif_version, uploads=False, signs_in=True))
        dicom, *others = side_by_side([partial(look_at_service, self._http, one) for one in wanted])
        # For CORS alone nobody is made to sign in.
        signed_in = self.sign_in() if self._once.asked("sign-in") else None
        if signed_in and signed_in.token:
            dicom = with_token(self._http, dicom, signed_in.token)
        return (dicom, *others)

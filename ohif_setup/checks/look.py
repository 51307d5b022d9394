"""Everything that the checks can observe. Each observation is made once, no matter which check asks first."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.origin import is_same_origin
from ohif_setup.checks.cors.look import CorsCase, look_at_service, with_token
from ohif_setup.checks.front_login import before_server, front_login
from ohif_setup.checks.generated import Generated
from ohif_setup.checks.viewer.steps import page_by_file, viewer_server
from ohif_setup.kinds import KINDS, kind_of, own_of, scope, token_of
from ohif_setup.network.look import authorize, token_endpoint
from ohif_setup.network.look.archive import Archive, look_at_archive
from ohif_setup.network.look.capabilities import CapabilityLook, look_at_capabilities
from ohif_setup.network.look.challenge import Challenge, challenge_of
from ohif_setup.network.look.discovery import Discovery, discover
from ohif_setup.network.look.exposure import ExposureLook, look_at_exposure
from ohif_setup.network.look.find import Found, find
from ohif_setup.network.look.served import ACCEPT_PAGE, ServedViewer, look_at_viewer
from ohif_setup.network.sign_in.sign_in import Method, Patience, Screen, SignInRequest, SignInResult, sign_in
from ohif_setup.network.wire import certificate, trust
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http, Token, token_for
from ohif_setup.network.wire.parallel import Memo, side_by_side
from ohif_setup.ohif import configuration
from ohif_setup.ohif.requests import JSON
from ohif_setup.paste.urls import origin_of
from ohif_setup.providers import provider_of
from ohif_setup.routes import reach, route_of
from ohif_setup.webservers import web_server_of


class Look:
    """The site as it is now. All methods can be called from several threads; each asks the network once.

    `generated` are the texts of `app-config.js` that the site should serve. Methods about the sign-in may be called only if the
    answers have one.
    """

    def __init__(
        self,
        answers: Answers,
        http: Http,
        method: Method,
        screen: Screen,
        patience: Patience | None = None,
        *,
        generated: Generated | None = None,
    ) -> None:
        self.answers = answers
        self.method = method
        self.generated = generated or Generated()
        self.http = http
        self._patience = patience
        self._screen = screen
        # Checks run in parallel: the first one that needs an observation makes it, the others wait for its result.
        self._memo = Memo()

    def viewer(self) -> ServedViewer:
        """The viewer as it is served at the viewer URL."""
        return self._memo("viewer", self._viewer)

    def discovery(self) -> Discovery:
        """The identity provider's discovery document."""
        return self._memo("discovery", self._discover)

    def discovery_from(self, origin: str) -> Discovery:
        """The discovery document as a page of that origin gets it: with an `Origin` header."""
        return self._memo(("discovery", origin), lambda: self._discover(origin))

    def keys_from(self, origin: str) -> Exchange | None:
        """The provider's keys (`jwks_uri`) as a page of that origin gets them; None if the discovery document names none."""
        url = self.discovery().endpoint("jwks_uri")
        if not url:
            return None
        headers = (("Accept", "application/json"), ("Origin", origin))
        return self._memo(("keys", origin), lambda: self.http.send("GET", url, headers))

    def anonymous(self, server: Server) -> Exchange:
        """A search without a token, at the address that browsers use."""
        url = self._search(server)
        return self._memo(("anonymous", url), lambda: self.http.send("GET", url, (("Accept", JSON),)))

    def challenge(self) -> Challenge | None:
        """The challenge in the 401 of the site's first server that needs a token; None if there is no such server or challenge."""
        server = token_server(self.answers)
        if server is None:
            return None
        return challenge_of(self.anonymous(server).received)

    def direct(self, server: Server) -> Found | None:
        """What answers at the server's own address, bypassing the web server; None on a route without one."""
        # On a direct route browsers use that very address, so `anonymous` has seen it already.
        if route_of(server).direct:
            return None
        return self._memo(("direct", server.url), lambda: find(self.http, server.url))

    def archive(self, server: Server) -> Archive:
        """What the server holds, as a browser sees it: with the token if the server needs one, and somebody signed in."""
        root = reach.public_root(self.answers, server)
        return self._memo(("archive", root), lambda: look_at_archive(self.http, root, self.token(server)))

    def login_before(self, server: Server) -> str:
        """The login in front of the server at the address that browsers use, as words; empty for none. Not meaningful for a server
        that needs a token."""
        search = self.anonymous(server)
        # Without a login in the answer, neither the viewer nor the server's own address has to be asked.
        if not front_login(search):
            return ""
        page = self.viewer().page if reach.same_origin(server) else None
        return before_server(self.answers, server, search, page, self.direct(server))

    def capabilities(self, server: Server) -> CapabilityLook:
        """The server's capabilities, asked directly if this machine reaches the server, else through the web server."""
        return self._memo(("capabilities", server.url), lambda: self._capabilities(server))

    def queries(self, server: Server) -> CapabilityLook:
        """The server's capabilities at the address that browsers use: the web server in between may change queries."""
        root = reach.public_root(self.answers, server)
        return self._memo(("queries", root), lambda: look_at_capabilities(self.http, root, self.archive(server)))

    def exposure(self, server: Server) -> ExposureLook:
        """What is open to everyone beside the images."""
        root = reach.public_root(self.answers, server)
        # The addresses of every kind, not only of the configured one: the answers may name the wrong kind.
        apis = [api for kind in KINDS.values() if (api := kind.own().rest_api)]
        doors = tuple(dict.fromkeys(door for api in apis for door in api.doors(root)))
        own = own_of(server).rest_api or next(iter(apis), None)
        # Asked for through the web server, as a client asks a forward proxy: Apache's `ProxyRequests On`, which the Orthanc Book
        # shows, makes it an open one (measured).
        behind = ""
        if own and server.url != root:
            behind = origin_of(server.url) + own.door
        return self._memo(("exposure", root), lambda: look_at_exposure(self.http, root, doors, behind=behind))

    def sign_in(self) -> SignInResult | None:
        """The result of the sign-in; None if no usable identity provider answered."""
        return self._memo("sign-in", self._sign_in)

    def untrusted(self) -> tuple[str, ...]:
        """The addresses that a sign-in would send a credential or a token to, and whose hosts are not trusted. The sign-in does not
        start while there is any."""
        signs_in = self.answers.sign_in
        services = tuple(server.url for server in self.answers.servers if kind_of(server).token)
        if self.method == "none" or not services or signs_in is None:
            return ()
        return trust.untrusted((signs_in.authority, *services), os.environ)

    def token(self, server: Server) -> Token | None:
        """The token for that server. None if its kind needs none or another one, if nobody signed in, or if the search without a
        token got no answer."""
        return self._memo(("token", server.url), lambda: self._token(server))

    def with_token(self, server: Server) -> Exchange | None:
        """A search with the token. None if there is no token, if the token is not for that server, or if the search without a
        token got no answer."""
        return self._memo(("with-token", server.url), lambda: self._with_token(server))

    def redirect_probes(self) -> tuple[authorize.AuthorizeProbe, ...]:
        """One answer of the authorize endpoint for each redirect URI; empty if the provider names no endpoint of its own."""
        return self._memo("redirect-probes", self._redirect_probes)

    def token_probes(self) -> tuple[token_endpoint.TokenProbe, ...]:
        """One answer of the token endpoint for each viewer origin, of which at most `MOST_ASKED` are asked. Empty where the viewer
        does not use the endpoint (implicit flow), where its answer would show nothing, and where no usable endpoint is named."""
        return self._memo("token-probes", self._token_probes)

    def certificates(self) -> tuple[certificate.Certificate, ...]:
        """The certificates of the viewer, the identity provider and the services, as browsers get them."""
        return self._memo("certificates", self._certificates)

    def cors(self) -> tuple[CorsCase, ...]:
        """Every kind of request from every viewer origin to each service of another origin; also with the token if another check
        signs in."""
        return self._memo("cors", self._cors)

    def renewal_page(self) -> Exchange:
        """The page that renews a token in a frame, which only the implicit flow has."""
        url = self.answers.viewer.url + configuration.SILENT_REFRESH
        return self._memo("renewal-page", lambda: self.http.send("GET", url, ACCEPT_PAGE))

    def _viewer(self) -> ServedViewer:
        server = viewer_server(self.answers)
        # Orthanc's ServeFolders has no index document: the page has to be requested by its file name.
        by_file = server and page_by_file(server)
        entry = by_file.entry if by_file else ""
        return look_at_viewer(self.http, viewer_base(self.answers), entry, signs_in=self.answers.sign_in is not None)

    def _discover(self, origin: str = "") -> Discovery:
        signs_in = self.answers.sign_in
        assert signs_in is not None
        # Without an origin the request carries no Origin header at all, as a server-side client sends it.
        headers = (("Origin", origin),) if origin else ()
        return discover(self.http, provider_of(signs_in).issuer(signs_in.authority), headers)

    def _search(self, server: Server) -> str:
        return f"{reach.public_root(self.answers, server)}/studies?limit=1"

    def _capabilities(self, server: Server) -> CapabilityLook:
        direct = self.direct(server)
        if direct and direct.proven:
            return look_at_capabilities(self.http, direct.url)
        return self.queries(server)

    def _sign_in(self) -> SignInResult | None:
        server, token, signs_in = token_server(self.answers), token_of(self.answers), self.answers.sign_in
        if self.method == "none" or server is None or token is None or signs_in is None:
            return SignInResult("none", "not-asked")
        # Before any request of the sign-in: an edited answers file must not get a secret sent to its host.
        if self.untrusted():
            return SignInResult(self.method, "not-trusted")
        discovery = self.discovery()
        # A discovery document that points to other hosts could collect passwords; `tenant-exists` reports it.
        if not discovery.ok or discovery.elsewhere or discovery.refused:
            return None
        registration = SignInRequest(
            authority=signs_in.authority,
            discovery=discovery,
            client_id=signs_in.client_id,
            scope=token.scope,
            default_scope=token.default_scope,
            service_url=server.url,
        )
        return sign_in(self.http, registration, self.method, self._screen, self._patience)

    def _token(self, server: Server) -> Token | None:
        token_kind = kind_of(server).token
        # The unanswered search comes last and before the sign-in: nobody should sign in for a server that is down.
        if token_kind is None or token_kind != token_of(self.answers) or self.anonymous(server).received is None:
            return None
        signed_in = self.sign_in()
        if signed_in is None or signed_in.token is None:
            return None
        # Bound to the origin of this server. All servers of this kind share an audience, so the token is valid for each of them.
        return token_for(signed_in.token.value, server.url)

    def _with_token(self, server: Server) -> Exchange | None:
        token = self.token(server)
        if token is None:
            return None
        return self.http.send("GET", self._search(server), (("Accept", JSON),), token=token)

    def _redirect_probes(self) -> tuple[authorize.AuthorizeProbe, ...]:
        signs_in = self.answers.sign_in
        assert signs_in is not None
        endpoint = self.discovery().endpoint("authorization_endpoint")
        # An endpoint on another host is reported by `tenant-exists`; the client ID is not sent there.
        if not endpoint or (
            provider_of(signs_in).own_origin and "authorization_endpoint" in self.discovery().elsewhere
        ):
            return ()
        # Exactly what OHIF's configuration will ask for: the provider refuses some response types and scopes, and not others.
        oidc = configuration.oidc(signs_in, scope(self.answers))
        probe = partial(
            authorize.probe,
            self.http,
            endpoint,
            client_id=signs_in.client_id,
            response_type=oidc["response_type"],
            scope=oidc["scope"],
            extra=signs_in.extra_parameters,
        )
        uris = configuration.redirect_uris(self.answers)
        return tuple(side_by_side([partial(probe, redirect_uri=uri) for uri in uris]))

    def _token_probes(self) -> tuple[token_endpoint.TokenProbe, ...]:
        signs_in = self.answers.sign_in
        assert signs_in is not None
        if signs_in.flow != "code" or not provider_of(signs_in).refusal_tells:
            return ()
        discovery = self.discovery()
        endpoint = discovery.endpoint("token_endpoint")
        if not endpoint or discovery.refused:
            return ()
        # The document could name any address of this network: what came by https does not make this machine post by http.
        if endpoint.startswith("http:") and not discovery.exchange.sent.url.startswith("http:"):
            return ()
        by_origin = {origin_of(uri): uri for uri in reversed(configuration.redirect_uris(self.answers))}
        probe = partial(token_endpoint.probe, self.http, endpoint, client_id=signs_in.client_id)
        asked = self.answers.viewer.origins[: token_endpoint.MOST_ASKED]
        return tuple(side_by_side([partial(probe, redirect_uri=by_origin[origin], origin=origin) for origin in asked]))

    def _certificates(self) -> tuple[certificate.Certificate, ...]:
        answers = self.answers
        urls = [reach.public_root(answers, server) for server in answers.servers]
        if answers.sign_in:
            urls.insert(0, answers.sign_in.authority)
        if answers.fhir:
            urls.append(answers.fhir.url)
        urls.append(answers.viewer.url)
        # One handshake for each origin, in the order in which the viewer needs them: sign-in, images, then the viewer itself.
        origins = dict.fromkeys(origin_of(url) for url in urls if url.startswith("https://"))
        timeout = self.http.timeout
        return tuple(side_by_side([partial(certificate.look_at_certificate, url, timeout) for url in origins]))

    def _cors(self) -> tuple[CorsCase, ...]:
        answers = self.answers
        cases = [self._cors_case(server) for server in answers.servers if not reach.same_origin(server)]
        if answers.fhir:
            viewer = answers.viewer
            url = answers.fhir.url
            cases.append(CorsCase(url, "fhir", viewer.origins, viewer.ohif_version, uploads=False, signs_in=True))
        seen = side_by_side([partial(look_at_service, self.http, case) for case in cases])
        # CORS faults show without a token too, so this check alone is no reason to ask a person to sign in.
        signed_in = self.sign_in() if self._memo.asked("sign-in") else None
        if signed_in and signed_in.token:
            for place, case in enumerate(seen):
                if case.service.takes_token:
                    seen[place] = with_token(self.http, case, token_for(signed_in.token.value, case.url))
        return tuple(seen)

    def _cors_case(self, server: Server) -> CorsCase:
        viewer = self.answers.viewer
        case = CorsCase(
            reach.public_root(self.answers, server),
            server.kind,
            viewer.origins,
            viewer.ohif_version,
            uploads=server.uploads,
            signs_in=self.answers.sign_in is not None,
        )
        if web_server_of(server):
            case = replace(case, server=server)
        # Behind a sign-in the archive cannot be searched without a token, so the requests use made-up UIDs.
        if self.answers.sign_in:
            return case
        image, samples = self.archive(server).image, self.archive(server).samples
        # A bulk data address of another origin is a separate fault, which `dicomweb-addresses` reports.
        bulk = next((url for sample in samples for url in sample.bulk if is_same_origin(url, case.url)), "")
        if image:
            case = replace(case, uids=image.uids)
        return replace(case, bulk_url=bulk)


def token_server(answers: Answers) -> Server | None:
    """The site's first server that needs a token, None if there is none."""
    return next((server for server in answers.servers if kind_of(server).token), None)


def viewer_base(answers: Answers) -> str:
    """The viewer's URL with a trailing slash."""
    return f"{answers.viewer.url}/"

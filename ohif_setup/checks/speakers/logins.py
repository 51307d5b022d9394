"""Sign-ins that stand in front of a site. They are there on purpose: no fix takes one away."""

from __future__ import annotations

from ohif_setup.checks.finding import Fix
from ohif_setup.checks.speakers.speaker import Saying, Speaker

REDIRECTS = (301, 302, 303, 307, 308)


def login(name: str, preflights: str, *, location: str = "", signs: tuple[Saying, ...] = ()) -> Speaker:
    """A sign-in, recognised by where it sends the browser, or by any of these signs. `preflights` as in `Speaker`."""
    sayings = signs
    if location:
        sayings = (said(location=location, statuses=REDIRECTS), *signs)
    return Speaker(name=name, role="login", sayings=sayings, preflights=preflights)


def said(
    *, statuses: tuple[int, ...] = (), field: tuple[str, str] = ("", ""), body: str = "", location: str = ""
) -> Saying:
    """One answer of a sign-in."""
    return Saying(
        title="{name} asks for a sign-in",
        cause="A sign-in stands in front of that address. The viewer's requests from another origin carry no cookie of it, and a "
        "preflight carries neither cookie nor token.",
        fixes=(
            Fix(
                "Best",
                "put the viewer and the images behind one sign-in, at one origin: a reverse proxy needs no CORS at all",
            ),
        ),
        statuses=statuses,
        field=field,
        body=body,
        location=location,
    )


SPEAKERS = (
    login(
        "Cloudflare Access",
        "Zero Trust > Access > Applications > the application > Cross-Origin Resource Sharing: Bypass options requests to origin",
        location=r"/cdn-cgi/access/login",
        signs=(said(statuses=(401, 403), body=r"cloudflareaccess\.com"),),
    ),
    login(
        "the Entra application proxy",
        "publish the viewer and the images in one application, at one address",
        signs=(
            said(statuses=REDIRECTS, field=("x-ms-proxy-app-id", "."), location="/oauth2/"),
            said(statuses=REDIRECTS, location=r"[?&]redirect_uri=https(?::|%3a)[^&]{1,200}\.msappproxy\.net"),
        ),
    ),
    login(
        "oauth2-proxy",
        "skip_auth_preflight = true (--skip-auth-preflight), so that OPTIONS passes without a sign-in",
        location=r"/oauth2/(?:sign_in|start)\b",
        signs=(
            said(statuses=REDIRECTS, location=r"[?&]redirect_uri=[^&]{1,200}(?:%2f|/)oauth2(?:%2f|/)callback"),
            said(statuses=(200, 401, 403), body=r'action="[^"]{0,100}/oauth2/(?:start|sign_in)"|oauth2-proxy'),
        ),
    ),
    login(
        "the sign-in of an AWS load balancer",
        "a listener rule before it: method OPTIONS, forward to the target without authenticating",
        location=r"[?&]redirect_uri=[^&]{1,200}(?:%2f|/)oauth2(?:%2f|/)idpresponse",
    ),
    login(
        "Google's Identity-Aware Proxy",
        "gcloud iap settings set, with accessSettings: corsSettings: allowHttpOptions: true",
        signs=(
            said(statuses=(*REDIRECTS, 401, 403), field=("X-Goog-IAP-Generated-Response", "true")),
            said(statuses=(401, 403), body="Invalid IAP credentials"),
        ),
    ),
    login(
        "the authentication of Azure App Service",
        "turn off the built-in authentication for that app, and let the server check the token itself",
        location=r"/\.auth/login/|[?&]redirect_uri=[^&]{1,200}(?:%2f|/)\.auth(?:%2f|/)login(?:%2f|/)",
    ),
    login(
        "Pomerium",
        "cors_preflight: true in the route",
        location=r"/\.pomerium/",
        signs=(said(statuses=(*REDIRECTS, 401, 403), field=("X-Pomerium-Intercepted-Response", "true")),),
    ),
    login(
        "the authentik outpost",
        "unauthenticated paths of the proxy provider do not tell methods apart: answer OPTIONS in the web server before it",
        location=r"/outpost\.goauthentik\.io/",
    ),
    login(
        "Authelia",
        "a rule with policy bypass and methods: OPTIONS before the others",
        location=r"[?&]rd=[^&]{1,2000}&rm=[A-Z]+",
    ),
)

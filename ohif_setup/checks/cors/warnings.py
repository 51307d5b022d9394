"""What works, but should be otherwise: the warnings of a verdict by stable ID and in a few words."""

from __future__ import annotations

from ohif_setup.browser.values import CorsWarning

FAILING = ("C37-credentials", "page")
"""Rules whose warning is a failure, though CORS lets the viewer in."""

_WORDS = {
    "C18": ("headers-wildcard", "allowed by a wildcard only"),
    "C19": ("preflight-not-kept", "each request is asked about twice"),
    "C25": ("credentials-unneeded", "credentials are allowed for nothing"),
    "C26": ("errors-without-cors", "error answers hide behind CORS"),
    "C28": ("redirect-differs", "browsers differ after the redirect"),
    "C29": ("redirect-passes", "allowed, but the address redirects"),
    "C31": ("vary-missing", "caches may mix answers up"),
    "C33": ("certificate-private", "only machines with your CA trust the certificate"),
    "C35": ("local-network", "a public page asks a private address"),
    "C37": ("any-origin-reflected", "any origin is let in"),
    "C37-credentials": ("any-origin-with-credentials", "any origin is let in, with credentials"),
    "C38": ("archive-open", "anybody's web page may read the archive"),
    "C38-protected": ("any-origin", "any origin is let in"),
    "page": ("web-page", "a web page answers, not a service"),
}


def id_of(warning: CorsWarning) -> str:
    """Stable, for programs."""
    if warning.rule == "C25" and '"*"' in warning.text:
        return "wildcard-with-credentials"
    return _WORDS[warning.rule][0]


def title_of(warning: CorsWarning) -> str:
    """In a few words."""
    return _WORDS[warning.rule][1]

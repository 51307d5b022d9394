"""Proxies of companies, and guest networks: what lies between this machine and the internet."""

from __future__ import annotations

from ohif_setup.checks.finding import Fix
from ohif_setup.checks.speakers.speaker import Saying, Speaker

EXEMPT = Fix("This machine", "bypass it, if that host needs no proxy: NO_PROXY={host} ohif-setup check")
"""For a proxy that a variable of this machine names; another cannot be bypassed."""
_FIXES = (Fix("Network", "ask who runs it to let {host} through; browsers that use it are refused too"),)
_TITLE = "{name} refuses the address"
_CAUSE = "A proxy between this machine and the host answers with a page of its own. The request did not reach the site."


def proxy(name: str, *signs: Saying) -> Speaker:
    """A company's proxy, recognised by any of these signs."""
    return Speaker(name=name, role="proxy", sayings=signs)


def _page(body: str) -> Saying:
    return Saying(title=_TITLE, cause=_CAUSE, fixes=_FIXES, statuses=(200, 403, 407, 451, 502, 503, 504), body=body)


def _field(name: str, value: str) -> Saying:
    return Saying(title=_TITLE, cause=_CAUSE, fixes=_FIXES, field=(name, value))


def _sends_to(location: str) -> Saying:
    return Saying(title=_TITLE, cause=_CAUSE, fixes=_FIXES, statuses=(302, 303, 307), location=location)


MACHINES = proxy("the proxy", Saying(title=_TITLE, cause=_CAUSE, fixes=_FIXES, statuses=(403, 407, 451, 502, 503, 504)))
"""The proxy of this machine's environment, whatever program it is."""

_PORTAL = Saying(
    title="a guest network asks for a sign-in before it lets anything through",
    cause="The network of this machine answers in place of the host: its page wants a click, a room number or a password.",
    fixes=(
        Fix(
            "Network",
            "open http://{host}/ in a browser on this machine, sign in to the network, then: ohif-setup check",
        ),
    ),
)

SPEAKERS = (
    proxy("the proxy Squid", _field("X-Squid-Error", "."), _field("Server", "^squid")),
    proxy(
        "the proxy Zscaler",
        _field("Server", "^zscaler"),
        _page("Internet Security by Zscaler"),
        _sends_to(r"^https?://[^/?#]{0,100}\.(?:zscaler(?:one|two|three)?|zscloud)\.(?:net|com)\b"),
    ),
    proxy(
        "the proxy Blue Coat (Symantec)",
        _sends_to(r"[?&]cfru="),
        _field("Server", "^BlueCoat|^ProxySG"),
        _page(
            r"Your request was (?:denied|categorized) (?:because|by) .{0,40}(?:content categori[sz]ation|Blue ?Coat|Symantec)"
        ),
    ),
    proxy("the proxy McAfee (Skyhigh)", _page(r"McAfee Web Gateway|Skyhigh (?:Secure )?Web Gateway|/mwg-internal/")),
    proxy(
        "the proxy FortiGate",
        _page(r"FortiGuard (?:Intrusion Prevention|Web Filter)|Web Filter Violation.{0,2000}Fortinet"),
    ),
    proxy("the firewall of Palo Alto", _page("has been blocked in accordance with company policy")),
    Speaker(
        name="a guest network",
        role="network",
        sayings=(
            # RFC 6585, 6: the status for such networks, which few use.
            *(
                Saying(
                    title=_PORTAL.title,
                    cause=_PORTAL.cause,
                    fixes=_PORTAL.fixes,
                    statuses=(302, 303, 307),
                    location=sign,
                )
                for sign in (
                    # Names that portals have by themselves, then those of Fortinet, Aruba and Cisco.
                    r"^https?://[^/?#]{0,100}(?:captive|hotspot|guest-?(?:portal|wifi|net)|wispr|nomadix)",
                    r"[/?&](?:fgtauth|cgi-bin/login\?cmd=|guest/[^?]{0,60}\?.{0,200}(?:mac|apname)=|splash\?.{0,400}mac=)",
                    r"[?&](?:switch_url|wlan(?:user)?ip|client_mac|ap_mac|userurl)=",
                )
            ),
            Saying(
                title=_PORTAL.title,
                cause=_PORTAL.cause,
                fixes=_PORTAL.fixes,
                statuses=(200, 302, 307, 511),
                body="<WISPAccessGatewayParam",
            ),
            Saying(title=_PORTAL.title, cause=_PORTAL.cause, fixes=_PORTAL.fixes, statuses=(511,)),
        ),
    ),
)

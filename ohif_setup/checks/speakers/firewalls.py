"""Web application firewalls, which refuse a request before the site sees it."""

from __future__ import annotations

from ohif_setup.checks.finding import Fix
from ohif_setup.checks.speakers.speaker import Saying, Speaker

_CAUSE = "A web application firewall answers with a page of its own: the request did not reach the server."
_BLOCKS = "{name} blocks the request"


def _blocks(text: str, *, statuses: tuple[int, ...] = (), field: tuple[str, str] = ("", ""), body: str = "") -> Saying:
    """A refusal. `text` is where its log shows the rule, and how the request is let through."""
    return Saying(
        title=_BLOCKS, cause=_CAUSE, fixes=(Fix("Firewall", text),), statuses=statuses, field=field, body=body
    )


def _asks_a_person(
    text: str, *, statuses: tuple[int, ...] = (), field: tuple[str, str] = ("", ""), body: str = ""
) -> Saying:
    """A challenge, which a page may pass and a program may not. `text` as in `_blocks`."""
    return Saying(
        title="{name} asks for a person before it lets anything through",
        cause="Its challenge runs a script in the browser and leaves a cookie there. Neither can this tool answer it, nor "
        "the requests of a viewer at another origin.",
        fixes=(Fix("Firewall", text),),
        statuses=statuses,
        field=field,
        body=body,
        for_people=True,
    )


_CLOUDFLARE = (
    "Security > Events shows the rule, by the Ray ID of the answer: a custom rule with the action Skip for the paths of the viewer "
    "and of the images"
)
_AWS = "WAF & Shield > Web ACLs > Sampled requests shows the rule: let these paths pass before it"
_AKAMAI = "give the reference number on the page to whoever runs it (Security Center): the rule must spare these paths"
_F5 = "give the support ID on the page to whoever runs it (Event Logs > Application): the policy must spare these paths"
_IMPERVA = "give the incident ID on the page to whoever runs it: an exception for these paths"

SPEAKERS = (
    Speaker(
        name="Cloudflare",
        role="firewall",
        marks=("CF-RAY",),
        sayings=(
            _asks_a_person(_CLOUDFLARE, field=("cf-mitigated", "challenge")),
            _asks_a_person(_CLOUDFLARE, statuses=(403, 429, 503), body=r"<title>Just a moment\.\.\.</title>"),
            _blocks(
                _CLOUDFLARE,
                statuses=(403, 429),
                body=r"Attention Required! \| Cloudflare|cf-error-details|^error code: 10\d\d",
            ),
            Saying(
                title="{name} takes no request of that size",
                cause="Its plan limits what may be stored at once (100 MB on the free one).",
                fixes=(Fix("Answers", "store larger images past it, or turn uploads off (server.uploads = false)"),),
                statuses=(413,),
                body="<center>cloudflare</center>",
            ),
            Saying(
                title="{name} does not reach the server behind it",
                cause="520 to 526 are Cloudflare's own: the origin does not answer it, or not with a certificate that it accepts "
                "(525, 526).",
                fixes=(
                    Fix("Server", "is it running, and does its firewall let Cloudflare's addresses in?"),
                    Fix("Server", "525 and 526: has it a certificate of Cloudflare's origin CA, or a public one?"),
                ),
                statuses=(520, 521, 522, 523, 524, 525, 526, 530),
                field=("Server", "^cloudflare"),
            ),
            Saying(
                title="{name} does not reach the server behind it",
                cause="The origin, or the tunnel to it, does not answer.",
                fixes=(Fix("Server", "is it running? With a tunnel: cloudflared tunnel info NAME"),),
                statuses=(502, 503, 504),
                body=r"<center>cloudflare</center>|cf-error-details|^error code: 50\d",
            ),
        ),
    ),
    Speaker(
        name="AWS WAF",
        role="firewall",
        sayings=(
            _asks_a_person(_AWS, statuses=(200, 202, 403, 405), field=("x-amzn-waf-action", "challenge|captcha")),
        ),
    ),
    Speaker(
        name="Akamai",
        role="firewall",
        marks=("X-Akamai-Request-ID", "Akamai-Cache-Status"),
        sayings=(
            _blocks(_AKAMAI, statuses=(403,), field=("Server", "^AkamaiGHost")),
            _blocks(
                _AKAMAI,
                statuses=(403,),
                body=r"You don.t have permission to access .{1,3000}Reference.{1,10}\d",
            ),
        ),
    ),
    Speaker(
        name="F5 (Advanced WAF)",
        role="firewall",
        # Its page comes with 200 by default.
        sayings=(
            _blocks(
                _F5,
                statuses=(200, 400, 403, 404, 501),
                body=r"The requested URL was rejected\. Please consult with your administrator",
            ),
        ),
    ),
    Speaker(
        name="ModSecurity",
        role="firewall",
        sayings=(
            _blocks(
                "sudo tail /var/log/modsec_audit.log (or the error log) shows the ID of the rule; then, for the path of the images "
                "alone: SecRuleRemoveById ID",
                statuses=(403, 406, 501),
                body=r"generated by Mod_?Security|rules of the mod_security module",
            ),
        ),
    ),
    Speaker(
        name="Imperva",
        role="firewall",
        marks=("X-Iinfo",),
        sayings=(
            _blocks(_IMPERVA, statuses=(200, 403, 405, 503), body="Incapsula incident ID"),
            _asks_a_person(_IMPERVA, statuses=(200, 403, 429, 503), body="_Incapsula_Resource"),
        ),
    ),
    Speaker(
        name="Sucuri",
        role="firewall",
        marks=("X-Sucuri-ID",),
        sayings=(
            _blocks(
                "the dashboard > Audit trails shows the block; allow the paths of the viewer and the images",
                statuses=(403, 503),
                body="Sucuri Website Firewall",
            ),
        ),
    ),
    Speaker(
        name="FortiWeb",
        role="firewall",
        sayings=(
            _blocks(
                "its attack log shows the signature; an exception for these paths",
                statuses=(200, 403, 500),
                body=r"<title>Web Page Blocked!?</title>.{0,3000}(?:fgd_icon|Attack ID|FortiWeb)",
            ),
        ),
    ),
)

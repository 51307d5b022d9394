"""Whether the page that renews a token in the implicit flow works: the viewer opens it in a frame of its own page. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.model import Answers
from ohif_setup.browser.csp import HEADER, Policy, digest_of, policies_of
from ohif_setup.browser.foreign import scripts_of
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.trouble_words import short
from ohif_setup.network.look.served import text_of
from ohif_setup.network.wire.exchange import Exchange, Received, evidence
from ohif_setup.ohif.configuration import SILENT_REFRESH
from ohif_setup.ohif.policy import RENEWAL

XFO = "X-Frame-Options"


def faults(answers: Answers, renewal: Exchange | None) -> Iterator[Fault]:
    """What keeps the page from being framed, or its script from running. `renewal` is None where no token is renewed in a frame."""
    if renewal is None or renewal.received is None or renewal.status != 200:
        return
    page = f"{answers.viewer.url}/"
    policies = policies_of(renewal.received.headers, text_of(renewal.received))
    refusing = next((policy for policy in policies if not policy.allows_url("frame-ancestors", page, page)), None)
    if refusing:
        value = short(" ".join(refusing.directives["frame-ancestors"]), 100)
        fix = f"in the header {HEADER} of {SILENT_REFRESH} write: frame-ancestors 'self'"
        yield _framed(f"frame-ancestors {value}", fix, renewal)
    # Where a policy says who may frame the page, browsers ignore the older header.
    elif _denies(renewal.received) and not any("frame-ancestors" in policy.directives for policy in policies):
        fix = f"for {SILENT_REFRESH} send {XFO}: SAMEORIGIN"
        yield _framed(f"{XFO} {short(renewal.received.header(XFO), 40)}", fix, renewal)
    yield from _scripts(policies, renewal)


def _framed(what: str, fix: str, renewal: Exchange) -> Fault:
    return Fault(
        "framing-refused",
        f"{SILENT_REFRESH} may not be framed: {what}",
        RENEWAL,
        "In the implicit flow the viewer renews its token in a frame of its own page, and this header has browsers refuse that.",
        (Fix("Header", fix),),
        "warn",
        evidence(renewal),
    )


def _denies(received: Received) -> bool:
    """Whether the viewer's own origin is refused (HTML standard, 7.1.8): DENY, or values that contradict each other. What is no
    value of the header, such as ALLOW-FROM, counts for nothing."""
    values = {value.strip().upper() for value in received.header(XFO).split(",") if value.strip()}
    known = values & {"DENY", "SAMEORIGIN", "ALLOWALL"}
    return values == {"DENY"} or (len(values) > 1 and bool(known))


def _scripts(policies: tuple[Policy, ...], renewal: Exchange) -> Iterator[Fault]:
    page = renewal.sent.url
    inline = [script for script in scripts_of(text_of(renewal.received)) if not script.attributes.get("src")]
    for policy in policies:
        missing = [digest_of(script.text) for script in inline if not policy.allows_script(script, "", page)]
        if missing:
            yield Fault(
                "policy-refuses",
                f"script-src of {SILENT_REFRESH} refuses its inline script",
                RENEWAL,
                f"The policy of {SILENT_REFRESH} allows no inline script, and that page has one, which renews the token.",
                (
                    Fix(
                        "Policy",
                        f"for {SILENT_REFRESH} add to {policy.deciding('script-src-elem')}: {' '.join(missing)}",
                    ),
                ),
                "warn",
                evidence(renewal) | {"missing": missing},
            )

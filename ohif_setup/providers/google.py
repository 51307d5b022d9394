"""Google, which has no public client for pages: its code flow wants a client secret, so only the implicit flow works."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ohif_setup.providers.oidc import answers_of, at_domains, client_ids, recognised
from ohif_setup.providers.provider import Console, SignInReading

if TYPE_CHECKING:
    from ohif_setup.config_js.lint.remark import ConfigTable, Remark
    from ohif_setup.kinds.kind import ServerToken

_CLIENT = "APIs & Services › Credentials › OAuth 2.0 Client IDs › your client"


def remarks(first: ConfigTable, token: ServerToken | None) -> Iterator[Remark]:
    """Settings that do not work with Google."""
    if first.text("response_type") == "code":
        wrong = "Google requires a client secret in the code flow, and a browser cannot keep one."
        yield first.remark(
            "google-code", "error", "response_type", wrong, "Write response_type: 'id_token token'", fm="FM60"
        )


_is_host = at_domains(".accounts.google.com")

PROVIDER = recognised(
    host=_is_host,
    name="google",
    order=70,
    label="Google",
    signs_in_at=_is_host,
    made_up={"authority": "https://accounts.google.com", "client_id": "not-answered-yet"},
    parse_client_id=client_ids(r"[a-z0-9-]+\.apps\.googleusercontent\.com"),
    code_flow='but not with Google: its code flow wants a client secret, so sign_in.flow = "implicit"',
    # It has a parameter for that, access_type=offline, and gives no refresh token to a page.
    offline_access=False,
    sign_out="Google has no sign-out for other sites (no end_session_endpoint), so signing out in OHIF ends on an error page.",
    sign_out_remedy="To end the session, sign out at https://accounts.google.com/Logout, or close the browser",
    reading=SignInReading(answers_of=answers_of, remarks=remarks),
    console=Console(
        name="Google Cloud console",
        client="APIs & Services › Credentials › Create credentials › OAuth client ID › Web application; its Client ID must be "
        "{client}",
        redirect_uris=f"{_CLIENT} › Authorized redirect URIs",
        sign_out_uris="",
        origins=f"{_CLIENT} › Authorized JavaScript origins",
        public='Google has no public client for pages: sign_in.flow = "implicit"',
    ),
)

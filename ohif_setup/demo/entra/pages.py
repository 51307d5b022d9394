"""The pages of Entra ID, reduced to what a user or a program looks for in them."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping

from ohif_setup.demo.entra.refusals import EntraError, Stamp


def error_page(error: EntraError, stamp: Stamp) -> str:
    """The page for errors that must not be sent to the redirect URI. The tool reads `strServiceExceptionMessage` in it."""
    body = f"<h1>Sign in</h1><p>You could not be signed in.</p><p>{html.escape(error.description(stamp))}</p>"
    return _page("Sign in to your account", body, {"strServiceExceptionMessage": error.description(stamp)})


def sign_in_page(action: str, context: str, sign_in_name: str, application: str) -> str:
    """The page with the one button that signs in."""
    body = f"<h1>Sign in</h1><p>to continue to {html.escape(application)}</p>" + _form(
        action, {"ctx": context}, f"Sign in as {sign_in_name}"
    )
    return _page("Sign in to your account", body, {"urlPost": action, "sCtx": context})


def consent_page(action: str, refusal: str, context: str, application: str, scope: str) -> str:
    """The page that asks the user for consent."""
    body = (
        f"<h1>Permissions requested</h1><p>{html.escape(application)}</p><p>{html.escape(scope)}</p>"
        + _form(action, {"ctx": context}, "Accept")
        + f'<p><a href="{html.escape(refusal)}">Cancel</a></p>'
    )
    return _page("Permissions requested", body, {"urlPost": action})


def approval_page(refusal: str, application: str) -> str:
    """The page that says that an administrator must consent; its link returns to the application with an error."""
    body = (
        f"<h1>Need admin approval</h1><p>{html.escape(application)} needs permissions that only an admin can grant.</p>"
        f'<p><a href="{html.escape(refusal)}">Return to the application without granting consent</a></p>'
    )
    return _page("Need admin approval", body, {})


def device_page(action: str, user_code: str, sign_in_name: str) -> str:
    """The page where a device code is entered."""
    body = (
        '<h1>Enter code</h1><form method="post" action="'
        f'{html.escape(action)}"><input name="otc" aria-label="Code" value="{html.escape(user_code)}">'
        f"<button>Sign in as {html.escape(sign_in_name)}</button></form>"
    )
    return _page("Sign in to your account", body, {})


def message_page(title: str, text: str) -> str:
    """A page with a message only."""
    return _page(title, f"<h1>{html.escape(title)}</h1><p>{html.escape(text)}</p>", {})


def form_post_page(action: str, fields: Mapping[str, str]) -> str:
    """The page of `response_mode=form_post`, which posts the answer to the redirect URI automatically."""
    body = _form(action, fields, "Continue") + "<script>document.forms[0].submit()</script>"
    return f"<!DOCTYPE html><html><head><title>Working...</title></head><body>{body}</body></html>"


def _form(action: str, fields: Mapping[str, str], button: str) -> str:
    inputs = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )
    return f'<form method="post" action="{html.escape(action)}">{inputs}<button>{html.escape(button)}</button></form>'


def _page(title: str, body: str, config: Mapping[str, str]) -> str:
    # JSON inside a script element: an escaped "<" cannot end it.
    text = json.dumps(config).replace("<", "\\u003c").replace("&", "\\u0026")
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<script>//<![CDATA[\n$Config={text};\n//]]></script></head><body>{body}</body></html>"
    )

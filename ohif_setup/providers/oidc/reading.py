"""What an existing sign-in at an OIDC provider lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.config_js.lint.remark import ConfigTable, Level, Remark
    from ohif_setup.providers.provider import Provider


def remarks(provider: Provider, first: ConfigTable) -> Iterator[Remark]:
    """Settings that do not work with that provider, by its documentation; so none is an error."""
    code, scope = first.text("response_type") == "code", first.get("scope") or ""
    # Code in its place may be anything.
    missing = isinstance(scope, str) and "offline_access" not in scope.split()
    if code and missing and provider.offline_access is not False:
        yield _no_refresh_token(provider, first)
    parameters = first.get("extraQueryParams") or {}
    for name, why in provider.wants.items():
        if isinstance(parameters, dict) and name not in parameters:
            do = f"Write extraQueryParams: {{ {name}: 'IDENTIFIER' }} where a server checks the token"
            yield first.remark("token-audience", "warning", "extraQueryParams", f"Without {name}, {why}.", do)
    if provider.sign_out:
        do = provider.sign_out_remedy
        yield first.remark("sign-out", "note", "post_logout_redirect_uri", provider.sign_out, do)


def _no_refresh_token(provider: Provider, first: ConfigTable) -> Remark:
    # Measured: the page silent-refresh.html that OHIF ships cannot complete the code flow, so only a refresh token renews it.
    level: Level = "warning"
    wrong = f"{provider.label} gives no refresh token without offline_access, and OHIF cannot renew the code flow without one."
    if provider.offline_access is None:
        level = "note"
        wrong = "Many providers give no refresh token without offline_access, and OHIF cannot renew the code flow without one."
    do = "Add offline_access to scope, if the provider has it among scopes_supported"
    return first.remark("offline-access", level, "scope", wrong, do, fm="FM46")

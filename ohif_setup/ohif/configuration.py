"""The `window.config` that OHIF of a given version needs for a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.ohif import versions
from ohif_setup.providers import provider_of

DICOMWEB = "@ohif/extension-default.dataSourcesModule.dicomweb"
"""The data source module for any DICOMweb server (OHIF `extensions/default`)."""

CALLBACK = "/callback"
SILENT_REFRESH = "/silent-refresh.html"
AFTER_SIGN_OUT = "/logout-redirect.html"


def window_config(answers: Answers, data_sources: Sequence[Mapping[str, Any]], scope: str) -> dict[str, Any]:
    """The part of `window.config` that is data; the template adds `httpErrorHandler`, which is code.

    `data_sources` come from the kinds (`kinds.kind.Kind.data_source`), the default one first; `scope` is the delegated scope of the
    token, which may be empty. Keys of `[ohif]` are merged in last: tables key by key, all else replaced.
    """
    config: dict[str, Any] = {
        "routerBasename": answers.viewer.base_path,
        # Both must be there, even if empty: without them OHIF 3.13 shows a blank page.
        "extensions": [],
        "modes": [],
        # Its documented default is false, which hides the study list.
        "showStudyList": True,
        "defaultDataSourceName": data_sources[0]["sourceName"],
        "dataSources": [dict(source) for source in data_sources],
    }
    if answers.sign_in:
        config["oidc"] = [oidc(answers.sign_in, scope)]
    return merged(config, answers.ohif)


def oidc(sign_in: SignIn, scope: str) -> dict[str, Any]:
    """The entry of `window.config.oidc`, of which OHIF reads the first only."""
    provider = provider_of(sign_in)
    code = sign_in.flow == "code"
    extra = {"extraQueryParams": dict(sign_in.extra_parameters)} if sign_in.extra_parameters else {}
    return {
        "authority": provider.issuer(sign_in.authority),
        "client_id": sign_in.client_id,
        "redirect_uri": CALLBACK,
        # `code` selects oidc-client-ts (OHIF 3.9 and newer), every other value the old oidc-client.
        "response_type": "code" if code else "id_token token",
        "scope": sign_in.scope or usual_scope(sign_in, scope),
        **extra,
        # Unset, it is `/`, which mounts the sign-out page on the study list and breaks its address (3.13.2).
        "post_logout_redirect_uri": AFTER_SIGN_OUT,
        "automaticSilentRenew": True,
        # Entra ID has no revocation endpoint, and with `true` OHIF then ends in an error page when people sign out.
        "revokeAccessTokenOnSignout": False,
        # oidc-client defaults to true, and the userinfo endpoint of Entra ID rejects a token for DICOM (OHIF#2167).
        "loadUserInfo": False,
    }


def usual_scope(sign_in: SignIn, scope: str) -> str:
    """What the viewer asks for where the answers do not say; `scope` is that of the servers' token."""
    # offline_access yields the refresh token of the code flow; the implicit flow has none.
    offline = sign_in.flow == "code" and provider_of(sign_in).offline_access
    return " ".join(filter(None, ("openid", "profile", "offline_access" if offline else "", scope)))


def limits_and_uploads(answers: Answers, root: str, *, uploads: bool) -> dict[str, Any]:
    """The options of a data source that depend on the version of OHIF and on uploads. `root` is the DICOMweb root."""
    options: dict[str, Any] = {}
    if has_query_limit(answers.viewer.ohif_version):
        # The default of OHIF, written out: the study list never shows more, and people look for the key to raise it.
        options["queryLimit"] = 101
    if uploads:
        options["dicomUploadEnabled"] = True
        if has_stow_root(answers.viewer.ohif_version):
            options["stowRoot"] = root
    return options


def redirect_uris(answers: Answers) -> tuple[str, ...]:
    """The redirect URIs to register, those of the main viewer URL first: `/callback`, and for the implicit flow the renewal page.
    Empty for a site without a sign-in."""
    if answers.sign_in is None:
        return ()
    paths = (CALLBACK,) if answers.sign_in.flow == "code" else (CALLBACK, SILENT_REFRESH)
    urls = (answers.viewer.url, *answers.viewer.extra_urls)
    return tuple(dict.fromkeys(url + path for url in urls for path in paths))


def sign_out_uris(answers: Answers) -> tuple[str, ...]:
    """The addresses to register for the way back after signing out: the page of `post_logout_redirect_uri`, and the study list.
    Empty for a site without a sign-in.

    OHIF asks to go back to the page on which people signed out (measured, 3.11 to 3.14), and to the configured one without it."""
    if answers.sign_in is None:
        return ()
    urls = (answers.viewer.url, *answers.viewer.extra_urls)
    return tuple(dict.fromkeys(url + path for url in urls for path in (AFTER_SIGN_OUT, "/")))


def merged(base: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the keys of `extra`: tables are merged key by key, everything else is replaced."""
    result = dict(base)
    for key, value in extra.items():
        below = result.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            result[key] = merged(below, value)
        else:
            result[key] = value
    return result


def has_query_limit(version: str) -> bool:
    """OHIF reads `queryLimit` from 3.13 on; before, it always asks for 101 studies."""
    return versions.parse(version) >= (3, 13)


def has_stow_root(version: str) -> bool:
    """OHIF reads `stowRoot` from 3.14 on; before, it stores at `wadoRoot`."""
    return versions.parse(version) >= (3, 14)

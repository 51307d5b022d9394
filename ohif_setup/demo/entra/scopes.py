"""Scopes: the resource that a request is for, and the permissions that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.demo.entra.refusals import EntraError

DICOM_URL = "https://dicom.healthcareapis.azure.com"
DICOM_APP_ID = "75e725bf-66ce-4cea-9b9a-5c4caae57f33"
DICOM_AUDIENCES = (DICOM_URL, f"{DICOM_URL}/", DICOM_APP_ID)

OPENID_SCOPES = {"openid", "profile", "email", "offline_access"}


@dataclass
class Resource:
    """An API that tokens are issued for: its names in a scope, and the `aud` of its tokens."""

    names: tuple[str, ...]
    audience: str
    scopes: tuple[str, ...]
    needs_permission: bool = False

    @property
    def name(self) -> str:
        """The first of its names, which is the prefix of the scopes in a response."""
        return self.names[0]


def dicom_resource() -> Resource:
    """The DICOM service with its only delegated scope."""
    return Resource((DICOM_URL, DICOM_APP_ID), DICOM_URL, ("Dicom.ReadWrite",), needs_permission=True)


def graph_resource() -> Resource:
    """Microsoft Graph, the default for a scope without a resource."""
    graph_id = "00000003-0000-0000-c000-000000000000"
    return Resource(("https://graph.microsoft.com", graph_id), graph_id, ("User.Read",))


@dataclass(frozen=True)
class Granted:
    """Parsed scopes: those of OpenID Connect, and those of the only resource."""

    openid: frozenset[str]
    resource: Resource
    scopes: tuple[str, ...]

    @property
    def text(self) -> str:
        """The `scope` of a token response."""
        return " ".join(f"{self.resource.name}/{scope}" for scope in self.scopes)


def grant(scope: str, resources: Sequence[Resource]) -> Granted:
    """Parses a `scope` parameter. Scopes without a prefix belong to the last of `resources`.

    Raises `EntraError`: 70011 nothing or nonsense, 500011 unknown resource, 650053 unknown scope, 700022 two resources.
    """
    words = scope.split()
    asked = [_resolve(word, resources) for word in words if word not in OPENID_SCOPES]
    if not words:
        raise EntraError(70011, scope=scope)
    # An access token has a single audience, so Entra refuses two resources in one request.
    if len({id(resource) for resource, _ in asked}) > 1:
        raise EntraError(700022)
    resource = asked[0][0] if asked else resources[-1]
    names = tuple(dict.fromkeys(name for _, name in asked))
    everything = not names or ".default" in names
    if everything:
        names = resource.scopes
    return Granted(frozenset(words) & OPENID_SCOPES, resource, names)


def _resolve(word: str, resources: Sequence[Resource]) -> tuple[Resource, str]:
    prefix, slash, name = word.rpartition("/")
    resource = resources[-1]
    if slash:
        if not prefix or not name:
            raise EntraError(70011, scope=word)
        # An audience that ends in a slash gives a scope with a double slash, such as https://host//.default.
        found = [
            resource for resource in resources if prefix.rstrip("/") in {known.rstrip("/") for known in resource.names}
        ]
        if not found:
            raise EntraError(500011, resource=prefix)
        resource = found[0]
    for known in (".default", *resource.scopes):
        if name.lower() == known.lower():
            return resource, known
    raise EntraError(650053, scope=name, resource=resource.name)

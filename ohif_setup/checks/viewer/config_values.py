"""What a served configuration says, compared by value with what the answers give. Pure; nothing of either is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ohif_setup.browser.foreign import parts_of, resolve
from ohif_setup.checks.trouble_words import short
from ohif_setup.config_js.read.config import Code, Path, ReadConfig, shown_path
from ohif_setup.config_js.read.roots import ROOTS
from ohif_setup.ohif.configuration import CALLBACK
from ohif_setup.ohif.keys import DEMO_HOSTS, DICOMWEB
from ohif_setup.paste.showing import HIDDEN, is_secret_name, shown
from ohif_setup.paste.urls import DEFAULT_PORTS, origin_of

SIGN_IN = ("authority", "client_id", "response_type", "scope", "redirect_uri", "post_logout_redirect_uri")
"""The keys of `oidc` that decide where people sign in, as what, and where they return."""

_ENTRY: Path = ("oidc", 0)
"""OHIF reads the first entry only."""

# What OHIF takes where a key is missing, of the keys that the generated file writes.
_DEFAULTS: Mapping[str, Any] = {
    "queryLimit": 101,
    "supportsFuzzyMatching": False,
    "supportsWildcard": False,
    "dicomUploadEnabled": False,
    "omitQuotationForMultipartRequest": False,
    "automaticSilentRenew": True,
    "revokeAccessTokenOnSignout": True,
    "loadUserInfo": False,
}
_MISSING = object()


@dataclass(frozen=True)
class Difference:
    """A key of the served configuration that means something else than the answers. `path` is the key in JavaScript notation;
    `served` and `wanted` are its values as a sentence shows them; `symptom` is what a person sees. `answer` is the key of the
    answers that decides about it, empty where none does."""

    path: str
    served: str
    wanted: str
    symptom: str
    answer: str = ""

    @property
    def key(self) -> str:
        """The last part of the path: `qidoRoot`."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True)
class Comparison:
    """`differences` matter to the viewer. `unseen` are keys whose value only running the file would show. `others` are the other
    keys that differ, in JavaScript notation. `stock`: it is a configuration that OHIF ships, with a server of its own."""

    differences: tuple[Difference, ...] = ()
    unseen: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    stock: bool = False


def compare(served: ReadConfig, wanted: ReadConfig, viewer_url: str, built_for: str) -> Comparison:
    """`viewer_url` is the address of the page that loads the configuration; `built_for` the path in the page (`PUBLIC_URL`), which
    OHIF takes where `routerBasename` is missing."""
    return _Comparing(served, wanted, viewer_url, built_for).done()


class _Comparing:
    def __init__(self, served: ReadConfig, wanted: ReadConfig, viewer_url: str, built_for: str) -> None:
        self.served, self.wanted = served, wanted
        self.viewer_url, self.built_for = viewer_url, built_for
        self.differences: list[Difference] = []
        self.unseen: list[str] = []

    def done(self) -> Comparison:
        self._basename()
        self._sign_in()
        self._sources()
        differences = tuple(self.differences)
        return Comparison(differences, tuple(self.unseen), self._others(), self._is_stock(differences))

    def _value(self, config: ReadConfig, *path: str | int) -> Any:
        """The value at a path, with the page's address filled in; `_MISSING` without one, `Code` where only running it would
        show."""
        try:
            value = config.get(path)
        except KeyError:
            # Code that is not evaluated may add any key.
            if config is self.served and not config.complete:
                return Code("", shown_path(path), 1, "statement")
            return _MISSING
        if isinstance(value, Code) and value.meaning:
            return self._filled(value)
        return value

    def _filled(self, code: Code) -> Any:
        page = parts_of(self.viewer_url)
        origin = origin_of(self.viewer_url)
        known = {
            "origin": origin,
            "host": origin.partition("://")[2],
            "hostname": page.host,
            "port": str(page.port or ""),
            "protocol": f"{page.scheme}:",
        }
        text = re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], found[0]), code.meaning)
        return code if "{" in text else text

    def _differs(self, path: Path, served: Any, wanted: Any, symptom: str, answer: str = "") -> None:
        self.differences.append(Difference(shown_path(path), _shown(served), _shown(wanted), symptom, answer))

    def _basename(self) -> None:
        path: Path = ("routerBasename",)
        served, wanted = self._value(self.served, *path), self._value(self.wanted, *path)
        if isinstance(served, Code):
            self.unseen.append("routerBasename")
            return
        if served in (None, _MISSING):
            served = self.built_for
        if not isinstance(served, str) or (served.rstrip("/") or "/") != (str(wanted).rstrip("/") or "/"):
            self._differs(
                path, served, wanted, "OHIF recognises none of its pages, or signing in ends at a 404", "viewer.url"
            )

    def _sign_in(self) -> None:
        served, wanted = self._value(self.served, "oidc"), self._value(self.wanted, "oidc")
        if isinstance(served, Code) or (isinstance(served, list) and served and isinstance(served[0], Code)):
            self.unseen.append("oidc")
            return
        # OHIF reads the first entry only.
        signs_in = bool(isinstance(served, list) and served and isinstance(served[0], dict))
        if not isinstance(wanted, list) or not wanted:
            if signs_in:
                place = self._value(self.served, "oidc", 0, "authority")
                symptom = "the viewer asks for a sign-in that the answers do not have"
                self._differs(("oidc",), f"a sign-in at {place}", _MISSING, symptom, "sign_in")
            return
        if not signs_in:
            wants = f"a sign-in at {self._value(self.wanted, 'oidc', 0, 'authority')}"
            symptom = "nobody is asked to sign in, and the server refuses every request"
            self._differs(("oidc",), _MISSING, wants, symptom, "sign_in")
            return
        for key in SIGN_IN:
            self._sign_in_key(key)

    def _sign_in_key(self, key: str) -> None:
        path: Path = (*_ENTRY, key)
        served, wanted = self._value(self.served, *path), self._value(self.wanted, *path)
        if isinstance(served, Code):
            self.unseen.append(key)
            return
        if _sign_in_meaning(key, served, self) == _sign_in_meaning(key, wanted, self):
            return
        # More scopes than needed are a hand edit that harms nothing, and `profile` is for the name that OHIF shows.
        if key == "scope" and set(str(wanted).split()) - {"profile"} <= set(_text(served).split()):
            return
        self._differs(path, served, wanted, *_SIGN_IN_WORDS[key])

    def _sources(self) -> None:
        """The default data source by its roots, every other one by whether it is there."""
        served = self.served.config.get("dataSources", _MISSING)
        if isinstance(served, Code) or (served is _MISSING and not self.served.complete):
            self.unseen.append("dataSources")
            return
        default = self._value(self.served, "defaultDataSourceName")
        if isinstance(default, Code):
            self.unseen.append("defaultDataSourceName")
            return
        first = self.served.source_indexes.get(_text(default))
        wanted = self.wanted.source_indexes
        main = wanted.get(_text(self._value(self.wanted, "defaultDataSourceName")), 0)
        # Without its default data source OHIF does not start, which the rules of the configuration name.
        if first is not None:
            self._default_source(first, main)
        for name, index in wanted.items():
            if index != main:
                self._other_source(name, index)

    def _default_source(self, first: int, main: int) -> None:
        namespace = self._value(self.served, "dataSources", first, "namespace")
        if namespace != DICOMWEB:
            # Other modules, such as `merge`, have no roots of their own.
            if isinstance(namespace, Code) or namespace == self._value(self.wanted, "dataSources", main, "namespace"):
                return
            if _text(namespace).endswith(".merge"):
                if self._same_roots(None, main) is None:
                    self._roots(first, main)
                return
        for other in range(len(self.wanted.listed("dataSources"))):
            if other != main and self._roots_equal(first, other) and not self._roots_equal(first, main):
                name = self._value(self.served, "defaultDataSourceName")
                wants = self._value(self.wanted, "defaultDataSourceName")
                symptom = "the list begins with the studies of another server"
                self._differs(("defaultDataSourceName",), name, wants, symptom, "servers")
                return
        self._roots(first, main)

    def _other_source(self, name: str, index: int) -> None:
        if self._same_roots(self.served.source_indexes.get(name), index) is None:
            root = self._value(self.wanted, "dataSources", index, "configuration", "qidoRoot")
            symptom = "its studies cannot be chosen in the list"
            self._differs(("dataSources",), _MISSING, f"a source for {root}", symptom, "servers")

    def _same_roots(self, first: int | None, index: int) -> int | None:
        """The served data source with the roots of that wanted one, at `first` or elsewhere."""
        every = range(len(self.served.listed("dataSources")))
        for candidate in every if first is None else [first, *every]:
            if self._roots_equal(candidate, index):
                return candidate
        return None

    def _roots_equal(self, first: int, index: int) -> bool:
        # Computed roots may be these.
        return not any(self._root_pairs(first, index))

    def _roots(self, first: int, index: int) -> None:
        for path, served, wanted in self._root_pairs(first, index):
            symptom = "the study list shows nothing, or the studies of another server"
            if path[-1] != "qidoRoot":
                symptom = "images are asked for at another address than the check looked at"
            self._differs(path, served, wanted, symptom, "server.url" if path[-1] == "qidoRoot" else "")
        for key in ("qidoRoot", "wadoRoot"):
            if isinstance(self._root(self.served, first, key), Code):
                self.unseen.append(key)

    def _root_pairs(self, first: int, index: int) -> Iterator[tuple[Path, Any, Any]]:
        """The roots that are known and differ, each with its path and both values as written."""
        for key in ROOTS:
            served, wanted = self._root(self.served, first, key), self._root(self.wanted, index, key)
            if isinstance(served, Code) or served == wanted:
                continue
            path: Path = ("dataSources", first, "configuration", key)
            # Without stowRoot OHIF stores at wadoRoot, which has its own row.
            if key == "stowRoot" and self._value(self.served, *path) is _MISSING and served != _MISSING:
                continue
            yield (
                path,
                self._value(self.served, *path),
                self._value(self.wanted, "dataSources", index, "configuration", key),
            )

    def _root(self, config: ReadConfig, index: int, key: str) -> Any:
        """The absolute address that OHIF uses for a root."""
        path: Path = ("dataSources", index, "configuration")
        options = self._value(config, *path)
        # onConfiguration returns the configuration that OHIF uses, whatever is written beside it.
        if isinstance(options, Code) or (isinstance(options, dict) and "onConfiguration" in options):
            return Code("", shown_path((*path, key)), 1, "function")
        value = self._value(config, *path, key)
        if key == "stowRoot" and value is _MISSING:
            value = self._value(config, *path, "wadoRoot")
        if isinstance(value, Code):
            return value
        # WADO-URI is asked only where images are not asked for by WADO-RS.
        if key == "wadoUriRoot" and self._value(config, *path, "imageRendering") == "wadors":
            value = _MISSING
        if not isinstance(value, str):
            return _MISSING
        return _address(resolve(f"{origin_of(self.viewer_url)}/", value))

    def _others(self) -> tuple[str, ...]:
        served, wanted = dict(_leaves(self.served.config)), dict(_leaves(self.wanted.config))
        return tuple(
            shown_path(path)
            for path in {**served, **wanted}
            if served.get(path, _default(path)) != wanted.get(path, _default(path))
        )

    def _is_stock(self, differences: tuple[Difference, ...]) -> bool:
        """Whether a configuration that OHIF ships is served: by a demonstration server as its default one, or by the name of its
        file and another server than that of the answers."""
        first = self.served.source_indexes.get(_text(self._value(self.served, "defaultDataSourceName")))
        if first is None:
            return False
        root = _text(self._value(self.served, "dataSources", first, "configuration", "qidoRoot"))
        other_root = any(one.key in ROOTS for one in differences)
        name = _text(self._value(self.served, "name"))
        return other_root and (
            parts_of(root).host in DEMO_HOSTS or bool(re.fullmatch(r"config/[\w./-]{1,60}\.js", name))
        )


# Symptom, and the answer that decides.
_SIGN_IN_WORDS: Mapping[str, tuple[str, str]] = {
    "authority": ("people sign in somewhere else than the check looked at", "sign_in"),
    "client_id": (
        "people sign in as another application: the provider or the server refuses them",
        "sign_in.client_id",
    ),
    "response_type": ("signing in ends with an error of the provider", "sign_in.flow"),
    "scope": ("the token lacks what the server wants, or the session ends early", ""),
    "redirect_uri": ("signing in returns to another address than the registered one", ""),
    "post_logout_redirect_uri": ("signing out ends at an error page of the provider", ""),
}


def _sign_in_meaning(key: str, value: Any, comparing: _Comparing) -> Any:
    """What the value of a key of `oidc` means to OHIF, such that equal meanings are equal."""
    text = _text(value)
    if key == "authority":
        return _address(text)
    # The order of scopes means nothing, and neither does that of response types.
    if key in ("scope", "response_type"):
        return frozenset(text.split())
    if key in ("redirect_uri", "post_logout_redirect_uri"):
        text = text or {"redirect_uri": CALLBACK}.get(key, "/")
        # OHIF keeps what contains a scheme, and appends all else to origin and routerBasename.
        if "://" not in text:
            text = comparing.viewer_url.rstrip("/") + text
        # Providers compare the text itself, so a slash at the end of a path counts.
        if parts_of(text).path not in ("", "/"):
            return _address(text) + "/" * text.endswith("/")
        return _address(text)
    return text


def _address(text: str) -> str:
    """An address such that those which mean the same are equal: no slash at its end, no default port, a host in lower case."""
    parts = parts_of(text)
    if not parts.host:
        return text.rstrip("/")
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.host}{port}{parts.path.rstrip('/')}{query}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return ""


def _shown(value: Any) -> str:
    """A value for a sentence, without a secret. A client ID is none, however long."""
    if value is _MISSING:
        return "nothing"
    text = str(value)
    # Client secrets of Entra ID contain a tilde; addresses may carry a login or a token in their query.
    if "~" in text or "?" in text or "@" in text:
        return shown(text) or HIDDEN
    return short(text, 200) or '""'


def _default(path: Path) -> Any:
    value = _DEFAULTS.get(str(path[-1]), _MISSING)
    return _MISSING if value is _MISSING else (type(value) is bool, value)


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every plain value below `value` that is not compared by its meaning, with its path; code as its text without blanks."""
    last = path[-1] if path else ""
    if last in ("routerBasename", "defaultDataSourceName", "sourceName", *ROOTS):
        return
    if last in SIGN_IN and path[:2] == _ENTRY and last != "scope":
        return
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _leaves(below, (*path, key))
    elif isinstance(value, list) and value:
        for index, below in enumerate(value):
            yield from _leaves(below, (*path, index))
    elif isinstance(value, Code):
        yield path, "".join(value.source.replace("'", '"').split())
    elif last == "scope":
        yield path, frozenset(_text(value).split())
    elif is_secret_name(str(last)):
        yield path, "a secret"
    else:
        # JavaScript has one type of number, Python's 1 == True must not count.
        yield path, (type(value) is bool, str(value) if isinstance(value, list | dict) else value)

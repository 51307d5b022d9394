"""The fixes in the configuration of Apache, and the texts that identify its pages."""

from __future__ import annotations

from ohif_setup.webservers.facts import RESOURCES
from ohif_setup.webservers.webserver import Lines, Pages

RELOAD = "sudo apachectl configtest && sudo systemctl reload-or-restart apache2"


def types(scripts: bool) -> str:
    """The type of WebAssembly; `scripts`: the types of scripts are missing too, so mod_mime is not loaded."""
    line = "AddType application/wasm .wasm"
    if scripts:
        return f"sudo a2enmod mime; {line}"
    return line


def fallback(base: str) -> str:
    """The fallback to the viewer's page."""
    return f"FallbackResource {base}index.html, in the <Directory> of the viewer"


def slash(path: str, redirects: bool) -> str:
    """An alias without a slash at its end, for which mod_dir redirects to the path with one."""
    return f"Alias {path} without a slash at its end"


def header(name: str, value: str) -> str:
    """The directive that sets a header field, on error pages too."""
    return f'Header always set {name} "{value}"'


def hand_on(pattern: str, path: str, url: str) -> str:
    """The line that forwards DICOMweb to the server."""
    return f'ProxyPassMatch "^{pattern}/((?:{RESOURCES})(?:/.*)?)$" "{url}/$1", in the same VirtualHost'


def keeps_path(path: str) -> str:
    """The line that keeps the path."""
    return f"ProxyPassMatch with the path in the target too: ...{path}/$1"


def resources_alone(path: str) -> str:
    """Lines that expose only the DICOMweb resources."""
    return (
        f'<LocationMatch "^{path}/(?!(?:{RESOURCES})(?:/|$))"> Require all denied, and the path in the target of '
        "ProxyPassMatch"
    )


def forwarded(by_name: bool) -> str:
    """The headers that tell the server which address the browser uses. Apache would expect a forwarded `Host` in the certificate
    of a server at https."""
    host = "" if by_name else "ProxyPreserveHost On; "
    return (
        f'{host}RequestHeader set Forwarded "expr=host=%{{HTTP_HOST}};proto=%{{REQUEST_SCHEME}}"; '
        'RequestHeader set X-Forwarded-Proto "expr=%{REQUEST_SCHEME}"'
    )


def own_name(name: str, secure: bool) -> str:
    """The line with which the server is asked by the name in ProxyPassMatch, in the TLS handshake too."""
    return "ProxyPreserveHost Off, in the <LocationMatch> of DICOMweb"


LINES = Lines(
    types=types,
    script_type="sudo a2enmod mime",
    compression="sudo a2enmod deflate; AddOutputFilterByType DEFLATE text/javascript text/css application/json application/wasm",
    no_cache="Header set Cache-Control no-cache (sudo a2enmod headers)",
    index="DirectoryIndex index.html",
    fallback=fallback,
    fallback_spares_files='FallbackResource disabled, in <FilesMatch "\\.(js|mjs|css|map|json|wasm|png|svg|ico|woff2)$">',
    slash=slash,
    header=header,
    hand_on=hand_on,
    whole_path="ProxyPassMatch with the slash between the path and (studies|series|instances), in the target too",
    keeps_path=keeps_path,
    resources_alone=resources_alone,
    accept="no RequestHeader unset Accept",
    body_size="LimitRequestBody 0, and no limit in other modules (mod_security)",
    post="no <LimitExcept> around POST",
    forwarded=forwarded,
    own_name=own_name,
    no_open_proxy="ProxyRequests Off (a reverse proxy does not need it; the Orthanc Book's sample has it on)",
)

PAGES = Pages(
    errors=(
        b"<address>Apache",
        b"<p>You don't have permission to access ",
        b"<p>This server could not verify that you\nare authorized to access ",
        b"<p>The server encountered an internal error or\nmisconfiguration ",
    ),
    no_certificate=(b"Cannot perform Post-Handshake",),
    plain_to_tls=(b"speaking plain HTTP to an SSL-enabled server port",),
    defaults=(
        (b"<title>Apache2 Debian Default Page: It works</title>", "Debian's default page of Apache"),
        (b"<title>Apache2 Ubuntu Default Page: It works</title>", "Ubuntu's default page of Apache"),
        (b"<html><body><h1>It works!</h1></body></html>", "the default page of Apache"),
    ),
)
"""Measured with Apache 2.4. The sentences of `errors` are those of its own pages; `<address>Apache` is there unless
ServerSignature is off."""

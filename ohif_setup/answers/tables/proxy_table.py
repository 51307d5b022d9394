"""The table `proxy` of the answers file, with its descriptions and examples as in `tables.py`."""

from __future__ import annotations

from pydantic import Field

from ohif_setup.answers.tables.fields import Addresses, HostName, Port, ProxyUrl, ServedPath
from ohif_setup.answers.tables.table import Table


class Proxy(Table):
    """The web server before Orthanc or another DICOMweb server."""

    listen: Port | None = Field(
        default=None,
        title="Port of the web server",
        description="The port on which it listens: 80, or 443 with a certificate.",
        examples=[8080],
    )
    listen_addresses: Addresses = Field(
        default=(),
        title="Addresses of the web server",
        description="The IP addresses on which it listens, if they do not follow from the viewer URL: 0.0.0.0 is every IPv4 and "
        ":: every IPv6 address. By default this machine's own (127.0.0.1 and ::1) for localhost, and all for other names.",
        examples=[["0.0.0.0", "::"]],  # noqa: S104 - an example
    )
    tls_certificate: ServedPath = Field(
        default="",
        title="Certificate",
        description="The file with the certificate (PEM, with its chain), on the host of the web server.",
        examples=["/etc/ssl/certs/viewer.example.org.pem"],
    )
    tls_key: ServedPath = Field(
        default="",
        title="Key of the certificate",
        description="The file with the private key of the certificate, on the host of the web server.",
        examples=["/etc/ssl/private/viewer.example.org.key"],
    )
    url: ProxyUrl = Field(
        default="",
        title="Proxy URL",
        description="The public address of the web server in front of the images; by default the viewer URL's scheme and host "
        "with the port of proxy.listen.",
        examples=["https://dicom.example.org"],
    )
    upstream_host: HostName = Field(
        default="",
        title="Host name for the server",
        description="The host name with which the web server asks the server behind it (header Host, and the name in its "
        "certificate), for a server that answers to one name only. By default the name in server.url, and the viewer's where that "
        "is an IP address or this machine.",
        examples=["pacs.example.org"],
    )
    orthanc_credentials_file: ServedPath = Field(
        default="",
        title="File with the login of the server",
        description="A file that you create on the host of the web server, with the login that the web server adds for Orthanc "
        "or another DICOMweb server. NEXT-STEPS.md shows its form. The password belongs only in that file.",
        examples=["/etc/nginx/ohif-login.conf"],
    )

"""Random URLs, to compare our serialising of origins with `new URL(...).origin` of the engines.

Left out is what they do not agree on: `*`, `"` and a blank in a host (Chromium writes `%2A`, Firefox refuses), the host `0x`, and
the capital sharp s, for which WebKit has older tables.
"""

from __future__ import annotations

from random import Random

SCHEMES = ("http", "https", "HTTP", "hTTps")
SLASHES = ("//", "//", "//", "//", "/", "", "\\\\", "///", "/\\")
HOSTS = (
    "viewer.example.org", "Viewer.EXAMPLE.org", "viewer.example.org.", "localhost", "LOCALHOST", "pacs_1", "a-b", "-a-", "a..b",
    "127.0.0.1", "127.1", "0x7f.1", "0x7F000001", "2130706433", "017700000001", "1.2.3", "1.2.3.4.", "1.2.3.4.5", "256.1.1.1",
    "0", "0x0", "1.2.3.08", "1.2.3.4a", "a.1", "a.0x1g", "4294967295", "4294967296", "1e3", "1_0", "192.168.257",
    "[::1]", "[0:0:0:0:0:0:0:1]", "[2001:DB8::0:1]", "[::ffff:1.2.3.4]", "[1:0:0:2:0:0:0:3]", "[1::2::3]", "[::1", "[]", "[:::]",
    "[1:2:3:4:5:6:7:8:9]", "[::127.0.0.1]", "[1:2:3:4:5:6:7::]", "[::1%25eth0]", "[12345::]", "[fe80::1]",
    "b\u00fccher.example", "B\u00dcCHER.example", "stra\u00dfe.example", "\u03c3\u03c2.example", "xn--bcher-kva.example",
    "XN--BCHER-KVA.example", "\uff56\uff49\uff45\uff57.example", "viewer\u3002example", "view\u00ader.example", "\u2126.example",
    "\u212b.example", "\ufb01.example", "\u4f8b\u3048.example", "\ud55c\uad6d.example", "\u0130.example", "I\u0307.example",
    "b%C3%BCcher.example", "a%2eb", "a%00b", "a%zz", "%41", "a%25b", "a<b", "a^b", "a|b", "a{b", "a`b", "a'b", "a!b",
    "a$b", "a&b", "a(b", "a+b", "a,b", "a;b", "a=b", "a~b", "", ".", "..",
)  # fmt: skip
PORTS = (
    "",
    "",
    "",
    ":",
    ":80",
    ":443",
    ":8080",
    ":0",
    ":00443",
    ":65535",
    ":65536",
    ":8o",
    ":-1",
    ": 80",
    ":80:80",
    ":99999999999",
)
USERS = ("", "", "", "", "ada@", "ada:secret@", ":@", "@", "a@b@", "ada%40:x@")
TAILS = ("", "", "/", "/ohif", "?a=b", "#c", "/a:b@c", "\\x", "?x/y@z", "/\u00fc", "#@", "?:80")
FRAMES = ("{}", "{}", "{}", "{}", " {}", "{}\n", "\t{} ", "\x01{}")


def make_urls(seed: int, count: int) -> list[str]:
    """`count` URLs, all of http or https, many of them not valid."""
    random = Random(f"{seed}/urls")
    return [_url(random) for _ in range(count)]


def _url(random: Random) -> str:
    parts = (SCHEMES, (":",), SLASHES, USERS, HOSTS, PORTS, TAILS)
    return random.choice(FRAMES).format("".join(random.choice(part) for part in parts))

"""Random cases. The same seed gives the same cases.

Left out, since the engines differ among themselves there and no viewer goes there (measured with Chromium 156, Firefox ESR 153 and
WebKitGTK 2.50):

- Firefox at times ignores an empty Access-Control-Allow-Origin beside another one, when their names are not written in the usual
  case; it counts bytes above 0x7f in an Accept as unsafe; behind two redirects it asks again for headers that it dropped before;
  and it does not judge a preflight that a redirect leads to the page's own origin.
- WebKit reads `Bytes=` in a Range as `bytes=`, does not follow a second redirect when the first led away from the page's own
  origin, and treats DELETE and PUT behind a redirect in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from ohif_setup.browser.headers import cors_unsafe_header_names
from ohif_setup.browser.preflight import needs_preflight, normalise_method
from ohif_setup.browser.values import Headers, ScriptRequest
from tests.oracle.case import Case, Kind, Place, Reply, Stop

KINDS: tuple[Kind, ...] = (
    "simple",
    "search",
    "search-anonymous",
    "frames",
    "frames-anonymous",
    "store",
    "upload",
    "methods",
    "headers",
)

PLACES: tuple[Place, ...] = ("near", "name", "far", "home")

JSON = ("Accept", "application/dicom+json")
FRAMES = ("Accept", 'multipart/related; type="application/octet-stream"; transfer-syntax="*"')
TOKEN = ("Authorization", "Bearer made-up")
STORE = ("Content-Type", 'multipart/related; type="application/dicom"; boundary=b')
PLAIN = ("Content-Type", "text/plain")

ORIGIN = "{page}"
NEAR_MISSES = (
    "", "null", "NULL", "**", "* *", "'*'", '"*"', "*, *", "*,", "* null", "*.0.0.1", "http://*", "{page}/", "{page}/ohif",
    "{page}?", "{page}#", "{page}:80", "{page}0", "{page_host}", "//{page_host}", "http:{page_host}", "HTTP://{page_host}",
    "https://{page_host}", "http://localhost", "{near}", "{page}, *", "*, {page}", "{page},{page}", "{page} {page}",
    "{page},", ",{page}", "{page};", '"{page}"', "<{page}>", "{page}\xa0", "{page}\xe9", "{page}\x0b", "\x0c{page}",
    "*\x0b", "{page}%20", "{page}\0", "http://user@{page_host}", "http://viewer.example.org", "https://*.example.org",
    "-", "true", "a" * 5000,
)  # fmt: skip
STATUSES = (200, 200, 200, 201, 204, 206, 299, 300, 304, 400, 401, 403, 404, 405, 406, 409, 410, 415, 418, 429, 499, 500, 501,
            502, 503, 505, 599)  # fmt: skip
OK = (200, 200, 204, 204, 201, 202, 206, 299)
NOT_OK = (300, 304, 400, 401, 403, 404, 405, 415, 418, 429, 500, 501, 502, 503, 504, 505, 599)
REDIRECTS = (301, 302, 303, 307, 308)
SPOILERS = ("x y", "a;b", '"accept"', "accept:", "(x)", "\xe9", "@", "x=y", "a/b", "[x]", "\x01", "\x7f", "x\x0by", "accept\xa0",
            "'", "x'y", "!#$%&'*+-.^_`|~09azAZ")  # fmt: skip
ODD_HEADERS: Mapping[str, tuple[str, ...]] = {
    "Accept": ("*/*", "a" * 128, "a" * 129, "a/b;c=d", "a\tb", "a:b", "a(b", "a@b", "{x}", "a\\b", "a<b"),
    "Accept-Language": ("de", "de-DE,de;q=0.9", "de_DE", "*", "a" * 129, "d:e"),
    "Content-Language": ("de", "de, en", "d/e", "a=b"),
    "Content-Type": (
        "text/plain", "Text/Plain;charset=utf-8", "text/plain, text/plain", "application/json", "text/", "text",
        "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain ; a=b", "text/plain;a=(",
        "text/plainx", "text/ plain", "multipart/related", "text/plain;" + "a" * 120,
    ),
    "Range": (
        "bytes=0-", "bytes=200-300", "bytes=-200", "bytes=5-4", "bytes=0-1,2-3", "bytes=0 - 1", "bytes = 0-", "items=0-1",
        "bytes=", "bytes=0-0", "bytes=00-01",
    ),
    "Authorization": ("Bearer x",),
    "X-Requested-With": ("XMLHttpRequest",),
    "if-none-match": ('"x"',),
    "x-a": ("", "1"),
}  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "put", "get", "*")


def make_cases(seed: int, count: int, kinds: Sequence[Kind] = KINDS) -> list[Case]:
    """`count` cases of each kind."""
    return [_case(Random(f"{seed}/{kind}/{number}"), kind) for number in range(count) for kind in kinds]


def _case(random: Random, kind: Kind) -> Case:
    method, headers = _request(random, kind)
    upload = kind == "upload"
    stops = _stops(random, ScriptRequest(method, "", headers, upload_listeners=upload))
    return Case(
        kind,
        method,
        headers,
        stops,
        credentials=random.random() < 0.12,
        upload_listeners=upload,
        api="xhr" if upload or random.random() < 0.4 else "fetch",
    )


def _request(random: Random, kind: Kind) -> tuple[str, Headers]:
    match kind:
        case "simple":
            return "GET", ()
        case "search":
            return "GET", (JSON, TOKEN)
        case "search-anonymous":
            return "GET", (JSON,)
        case "frames":
            return "GET", (FRAMES, TOKEN)
        case "frames-anonymous":
            return "GET", (FRAMES,)
        case "store":
            return "POST", (STORE, TOKEN)
        case "upload":
            return "POST", (random.choice((PLAIN, STORE)), *random.choice(((), (TOKEN,))))
        case "methods":
            method = random.choice(("PUT", "DELETE", "put", "HEAD", "head", "PATCH", "get", "post", "PROPFIND"))
            return method, random.choice(((), (TOKEN,)))
        case "headers":
            return random.choice(("GET", "POST")), _odd_headers(random)


def _odd_headers(random: Random) -> Headers:
    """Request headers around the borders of what is safelisted."""
    pool = [(name, random.choice(values)) for name, values in ODD_HEADERS.items()]
    return tuple(random.sample(pool, random.randint(0, 4)))


def _stops(random: Random, request: ScriptRequest) -> tuple[Stop, ...]:
    stops: list[Stop] = []
    places = _places(random, request)
    for index, place in enumerate(places):
        # After a redirect between origins the browser sends Origin: null.
        origin = random.choice((ORIGIN, "null", "*")) if index else ORIGIN
        last = index == len(places) - 1
        answer = _answer(random, origin) if last else _redirect(random, origin)
        stops.append(Stop(place, _preflight(random, request, origin), answer))
    return tuple(stops)


def _places(random: Random, request: ScriptRequest) -> tuple[Place, ...]:
    first = random.choices(PLACES, (70, 12, 12, 6))[0]
    length = random.choices((1, 2, 3), (75, 18, 7))[0]
    asks_first = needs_preflight(request)
    if normalise_method(request.method) not in {"GET", "HEAD", "POST"}:
        length = 1
    elif asks_first or first == "home":
        length = min(length, 2)
    return (first, *random.choices(PLACES, (50, 15, 20, 0 if asks_first else 15), k=length - 1))


def _preflight(random: Random, request: ScriptRequest, origin: str) -> Reply:
    status = random.choices((random.choice(OK), random.choice(NOT_OK), random.choice(REDIRECTS)), (88, 8, 4))[0]
    lines = [
        *_allow_origin(random, origin, 0.82),
        *_allow_headers(random, cors_unsafe_header_names(request.headers)),
        *_allow_methods(random, request.method),
        *_credentials(random),
        *_max_age(random),
    ]
    if status in REDIRECTS:
        lines += random.choice((["Location: {next}"], ["Location: {page}/"], []))
    return Reply(status, _dressed(random, lines))


def _answer(random: Random, origin: str) -> Reply:
    lines = [*_allow_origin(random, origin, 0.6), *_credentials(random)]
    status = random.choice(STATUSES) if random.random() > 0.03 else random.choice(REDIRECTS)
    return Reply(status, _dressed(random, lines))


def _redirect(random: Random, origin: str) -> Reply:
    location = random.choices(
        ("{next}", "{next_path}", "//{next_host}{next_path}", "http://u:p@{next_host}{next_path}", "http://u@{next_host}{next_path}",
         "ftp://{next_host}/", "data:text/plain,x", "http://[x/", "", "{next}#part", "HTTP://{next_host}{next_path}",
         "\\\\{next_host}{next_path}", "http://:@{next_host}{next_path}"),
        (50, 10, 5, 3, 2, 2, 2, 2, 1, 3, 3, 2, 2),
    )[0]  # fmt: skip
    lines = [*_allow_origin(random, origin, 0.85), *_credentials(random), f"Location: {location}"]
    return Reply(random.choice(REDIRECTS), _dressed(random, lines))


def _allow_origin(random: Random, origin: str, good: float) -> list[str]:
    name = "Access-Control-Allow-Origin"
    if random.random() < good:
        value = random.choices((origin, "*"), (75, 25))[0]
        return [f"{name}:{_blank(random)}{value}{_blank_at_end(random)}"]
    match random.randrange(6):
        case 0:
            return []
        case 1:
            return [
                f"{name}: {random.choice((origin, '*', ''))}",
                f"{name}: {random.choice((origin, '*', '', 'null'))}",
            ]
        case _:
            return [f"{name}: {random.choice(NEAR_MISSES)}"]


def _allow_headers(random: Random, names: Sequence[str]) -> list[str]:
    if random.random() < (0.06 if names else 0.5):
        return []
    chosen = [name for name in names if random.random() < 0.92]
    chosen += random.sample(("x-one", "Range", "Origin", "Content-Length"), random.randint(0, 2))
    if random.random() < 0.12:
        chosen = random.choice((["*"], ["*", "Authorization"], ["*", *chosen], ["**"], ["*accept"]))
    if random.random() < 0.08:
        chosen.append(random.choice(SPOILERS))
    return _listed(random, "Access-Control-Allow-Headers", chosen)


def _allow_methods(random: Random, method: str) -> list[str]:
    if random.random() < 0.3:
        return []
    chosen = random.sample(METHODS, random.randint(0, 4))
    if random.random() < 0.6:
        chosen.append(random.choice((method, method.upper())))
    if random.random() < 0.06:
        chosen.append(random.choice(SPOILERS))
    return _listed(random, "Access-Control-Allow-Methods", chosen, keep_case=True)


def _listed(random: Random, name: str, elements: list[str], *, keep_case: bool = False) -> list[str]:
    random.shuffle(elements)
    if not keep_case:
        elements = [random.choice((str.lower, str.upper, str.title, str))(element) for element in elements]
    separator = random.choices(
        (", ", ",", " ,", ",,", " , ,\t", "\t,", "\r\n , ", ",\r\n\t", ";", " "), (50, 20, 5, 4, 3, 3, 1, 1, 1, 1)
    )[0]
    if len(elements) > 1 and random.random() < 0.15:
        middle = random.randint(0, len(elements))
        return [f"{name}: {separator.join(elements[:middle])}", f"{name}: {separator.join(elements[middle:])}"]
    return [f"{name}:{_blank(random)}{separator.join(elements)}{_blank_at_end(random)}"]


def _credentials(random: Random) -> list[str]:
    if random.random() < 0.6:
        return []
    value = random.choices(
        ("true", " true\t", "TRUE", "True", "false", '"true"', "1", "", "true, true"), (60, 5, 5, 5, 5, 5, 5, 5, 5)
    )[0]
    return [f"Access-Control-Allow-Credentials: {value}"] * random.choices((1, 2), (95, 5))[0]


def _max_age(random: Random) -> list[str]:
    if random.random() < 0.6:
        return []
    return [
        f"Access-Control-Max-Age: {random.choice(('600', '0', '-1', 'x', '', '99999999999999999999', '1, 2', '5.5'))}"
    ]


def _dressed(random: Random, lines: list[str]) -> tuple[str, ...]:
    """The lines among others, in any order, their names in any case. The order of fields with one name counts."""
    extra = ("Vary: Origin", "Content-Type: application/dicom+json", "WWW-Authenticate: Bearer", "Server: x", "Allow: GET",
             "Access-Control-Expose-Headers: *")  # fmt: skip
    lines = [*lines, *random.sample(extra, random.randint(0, 2))]
    if random.random() < 0.01:
        lines.append("X-Odd: a\0b")
    random.shuffle(lines)
    dressed = []
    for line in lines:
        name, colon, value = line.partition(":")
        case = random.choices((str, str.lower, str.upper), (70, 20, 10))[0]
        if "Access-Control-Allow-Origin: " in lines:
            case = str
        dressed.append(f"{case(name)}{colon}{value}")
    return tuple(dressed)


def _blank(random: Random) -> str:
    return random.choices((" ", "", "  ", "\t", " \t "), (80, 8, 4, 4, 4))[0]


def _blank_at_end(random: Random) -> str:
    return random.choices(("", " ", "\t", " \t"), (91, 3, 3, 3))[0]

"""The global names that browsers give to every script. Compared with Chromium 156, Firefox ESR and WebKitGTK."""

from __future__ import annotations

import re

# Interfaces (`URLSearchParams`), event handlers (`onload`), and names that vendors or the language reserve.
_BY_FORM = re.compile(r"(?=[A-Z]\w*[a-z])\w+|on[a-z]+|(?:webkit|moz|__)\w+")

# The names of any of the three engines that `_BY_FORM` does not cover: a name counts as undeclared only if no browser has it.
_LISTED = """
addEventListener alert atob blur btoa caches cancelAnimationFrame cancelIdleCallback captureEvents chrome
clearInterval clearTimeout clientInformation close closed confirm console constructor cookieStore crashReport
createImageBitmap credentialless crossOriginIsolated crypto CSS customElements decodeURI decodeURIComponent
devicePixelRatio dispatchEvent document documentPictureInPicture dump encodeURI encodeURIComponent escape eval
event external fence fetch fetchLater find focus frameElement frames fullScreen getComputedStyle
getDefaultComputedStyle getScreenDetails getSelection globalThis GPU hasOwnProperty HID history indexedDB
innerHeight innerWidth isFinite isNaN isPrototypeOf isSecureContext JSON launchQueue length localStorage
location locationbar matchMedia menubar moveBy moveTo name navigation navigator netscape offscreenBuffering open
openDatabase opener origin originAgentCluster outerHeight outerWidth pageXOffset pageYOffset parent parseFloat
parseInt performance PERSISTENT personalbar postMessage print prompt propertyIsEnumerable queryLocalFonts
queueMicrotask releaseEvents removeEventListener reportError requestAnimationFrame requestIdleCallback
requestResize resizeBy resizeTo scheduler screen screenLeft screenTop screenX screenY scroll scrollbars scrollBy
scrollByLines scrollByPages scrollMaxX scrollMaxY scrollTo scrollX scrollY self sessionStorage setInterval
setResizable setTimeout showDirectoryPicker showOpenFilePicker showSaveFilePicker speechSynthesis status
statusbar stop structuredClone styleMedia TEMPORARY toLocaleString toolbar top toString trustedTypes undefined
unescape updateCommands URL USB valueOf viewport visualViewport when window
"""
_NAMES = frozenset(_LISTED.split())


def is_global(name: str) -> bool:
    """Whether a script can use `name` without declaring it. A name that looks like an interface (`Keycloak`) counts as one, because
    browsers keep adding interfaces."""
    return name in _NAMES or bool(_BY_FORM.fullmatch(name))

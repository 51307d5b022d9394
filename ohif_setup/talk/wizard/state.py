"""The state of the wizard while it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ohif_setup.answers.questions import LOGIN, SIGN_IN, Question, has_moved
from ohif_setup.answers.rules import defaults
from ohif_setup.network.look.find import Found
from ohif_setup.network.wire.http import Http
from ohif_setup.routes import direct_route
from ohif_setup.webservers import WEBSERVERS

LOGIN_FILE = "proxy.orthanc_credentials_file"


@dataclass
class Interview:
    """One run of the questions. `last` holds previous answers as text, by dotted key; `given` those that an option or a variable
    set, which are not asked for. `answers` has the checked ones, together with `SIGN_IN` and `LOGIN`, which are no keys of the
    file.

    `rejected` has the answers that the user wants to change. `authority` is the address of Entra ID, where it is not the
    default; `trusted_tenant` the tenant that the service itself names, and `found` what was found at the server's address.
    `lets_browsers_in`: that server allows requests from other origins by itself (CORS).
    """

    http: Http
    last: Mapping[str, str]
    given: dict[str, str]
    answers: dict[str, object] = field(default_factory=dict)
    rejected: dict[str, set[str]] = field(default_factory=dict)
    authority: str = ""
    trusted_tenant: str = ""
    found: Found | None = None
    lets_browsers_in: bool = False

    def default(self, question: Question) -> str:
        """What Enter accepts: the previous answer, else one that fits the answers so far, but none that was rejected in this
        run."""
        key = question.key
        earlier = self.last.get(key, "")
        # The previous port belongs to the previous address.
        if key == "proxy.listen" and has_moved(self.last, self.answers):
            earlier = ""
        usual = ""
        proposed = ""
        if key == "sign_in.tenant_id":
            proposed = self.trusted_tenant
        elif key == "server.route" and self.lets_browsers_in:
            proposed = earlier or direct_route(str(self.answers["server.kind"]))
        if key == LOGIN_FILE:
            web_server = str(self.answers.get("server.proxy") or WEBSERVERS.first)
            usual = defaults.login_file(web_server, str(self.answers["viewer.url"]))
        rejected = self.rejected.get(key, ())
        return next(
            (value for value in (proposed, earlier, question.default, usual) if value and value not in rejected), ""
        )

    def reject(self, key: str, text: str) -> None:
        """Stops offering this answer: it is no default any more, and an option does not set it again."""
        self.rejected.setdefault(key, set()).add(text)
        self.given.pop(key, None)

    def result(self) -> dict[str, object]:
        """The answers without `SIGN_IN` and `LOGIN`. Without a sign-in, `sign_in` is None; without a login of the web server, the
        path of the login file is None."""
        found = {key: value for key, value in self.answers.items() if key not in (SIGN_IN, LOGIN)}
        if self.answers.get(SIGN_IN) == "":
            found[SIGN_IN] = None
        if self.answers.get(LOGIN) is False:
            found[LOGIN_FILE] = None
        asked = any(key.startswith("sign_in.") for key in found)
        # Asked for Entra ID only implicitly, through the tenant, so it is added to the answers here.
        if self.authority and asked and "sign_in.authority" not in found:
            found["sign_in.authority"] = self.authority
        return found

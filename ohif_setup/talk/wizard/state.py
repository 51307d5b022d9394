"""What is known while the questions are asked."""

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
    """One run of the questions. `last` holds earlier answers as text, by dotted key; `given` those that a flag or a variable set,
    which are not asked. `answers` has the checked ones, and beside them `SIGN_IN` and `LOGIN`, which are no keys of the file.

    `rejected` has the answers that the person would rather change. `authority` is where people sign in at Entra ID,
    where it is not the usual place; `trusted_tenant` the tenant that the service itself names, and `found` what was at
    the server's address. `lets_browsers_in`: that server answers pages of another origin by itself (CORS).
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
        """What Enter takes: what was answered last time, else what fits the answers so far; nothing that was rejected just now."""
        key = question.key
        earlier = self.last.get(key, "")
        # The port of before belongs to the address of before.
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
        """This answer is no default any more, and a flag's is not taken again."""
        self.rejected.setdefault(key, set()).add(text)
        self.given.pop(key, None)

    def result(self) -> dict[str, object]:
        """The answers alone. `sign_in` is None where nobody is to sign in any more, and the file with the login where the web
        server is to add none."""
        found = {key: value for key, value in self.answers.items() if key not in (SIGN_IN, LOGIN)}
        if self.answers.get(SIGN_IN) == "":
            found[SIGN_IN] = None
        if self.answers.get(LOGIN) is False:
            found[LOGIN_FILE] = None
        asked = any(key.startswith("sign_in.") for key in found)
        if self.authority and asked and "sign_in.authority" not in found:
            found["sign_in.authority"] = self.authority
        return found

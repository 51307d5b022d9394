"""What the user decided about a site: the answers, validated, normalised and complete."""

from __future__ import annotations

from typing import Any

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from ohif_setup.answers.rules import defaults, rules
from ohif_setup.answers.tables.site import Site
from ohif_setup.paste.identifiers import is_guid


class Answers(Site):
    """Everything that the user decided about one site.

    The file has `[server]`, or `[[servers]]` for several; here `servers` holds all of them and `server` is the first,
    which is OHIF's default. `model_dump(by_alias=True)` gives what can be validated again.
    """

    @model_validator(mode="wrap")
    @classmethod
    def _complete(cls, data: Any, handler: ModelWrapValidatorHandler[Answers]) -> Answers:
        """Adds what follows from other answers, and what is missing or does not fit only because of them."""
        faults: list[InitErrorDetails] = []
        answers = None
        try:
            answers = defaults.completed(handler(data))
        except ValidationError as error:
            found = error.errors(include_url=False)
            # A default that waits for a wrong value is no fault of its own.
            faults = [_as_details(fault) for fault in found if fault["type"] != "default_factory_not_called"]
        if isinstance(data, dict):
            known = {tuple(fault["loc"]) for fault in faults}
            faults += [
                {"type": "missing", "loc": place, "input": data} for place in rules.missing(data) if place not in known
            ]
        if answers is not None and not faults:
            faults = [_of_conflict(*conflict) for conflict in rules.conflicts(answers)]
        elif isinstance(data, dict):
            faults += [_of_conflict(*conflict) for conflict in rules.insecure(data)]
        if faults or answers is None:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return answers

    @property
    def default_authority(self) -> str:
        """What `sign_in.authority` is when nobody sets it; empty where it has no default."""
        return defaults.authority(self)

    def with_tenant_id(self, tenant_id: str) -> Answers:
        """The same answers with the tenant's ID instead of its domain, in the authority too. Raises pydantic's
        ValidationError."""
        raw = self.model_dump(mode="python", by_alias=True)
        if self.sign_in and self.sign_in.tenant_id:
            origin, _, named = self.sign_in.authority.removeprefix("https://").partition("/")
            if not is_guid(named):
                raw["sign_in"]["authority"] = f"https://{origin}"
            raw["sign_in"]["tenant_id"] = tenant_id
        return Answers.model_validate(raw)


def _of_conflict(place: rules.Place, value: object, wrong: str) -> InitErrorDetails:
    kind = PydanticCustomError("value_error", "{error}", {"error": wrong})
    return {"type": kind, "loc": place, "input": value}


def _as_details(fault: Any) -> InitErrorDetails:
    """A fault as pydantic gives it, in the form in which it takes it again."""
    if fault["type"] == "value_error":
        return _of_conflict(fault["loc"], fault["input"], str(fault["ctx"]["error"]))
    return {"type": fault["type"], "loc": fault["loc"], "input": fault["input"], "ctx": fault.get("ctx", {})}

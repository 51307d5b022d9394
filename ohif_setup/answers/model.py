"""The answers of a site: validated, normalised and with all defaults filled in."""

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
        """Fills in defaults that depend on other answers, and reports what is missing or in conflict because of them."""
        faults: list[InitErrorDetails] = []
        answers = None
        # A wrap validator, because missing answers must be reported together with the faults of the tables
        # themselves.
        try:
            answers = defaults.completed(handler(data))
        except ValidationError as error:
            found = error.errors(include_url=False)
            # A default that depends on an invalid value could not be computed; the invalid value is reported already.
            faults = [_as_details(fault) for fault in found if fault["type"] != "default_factory_not_called"]
        if isinstance(data, dict):
            known = {tuple(fault["loc"]) for fault in faults}
            faults += [
                {"type": "missing", "loc": place, "input": data} for place in rules.missing(data) if place not in known
            ]
        # Conflicts are judged on complete answers only; with other faults, just the one about security is reported.
        if answers is not None and not faults:
            faults = [_of_conflict(*conflict) for conflict in rules.conflicts(answers)]
        elif isinstance(data, dict):
            faults += [_of_conflict(*conflict) for conflict in rules.insecure(data)]
        if faults or answers is None:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return answers

    @property
    def default_authority(self) -> str:
        """The default of `sign_in.authority`; empty if it has none."""
        return defaults.authority(self)

    def with_tenant_id(self, tenant_id: str) -> Answers:
        """The same answers with the ID of the tenant instead of its domain, also in the authority. Raises ValidationError."""
        raw = self.model_dump(mode="python", by_alias=True)
        if self.sign_in and self.sign_in.tenant_id:
            origin, _, named = self.sign_in.authority.removeprefix("https://").partition("/")
            # The authority names the tenant by the domain too; without it, the default rule appends the ID.
            if not is_guid(named):
                raw["sign_in"]["authority"] = f"https://{origin}"
            raw["sign_in"]["tenant_id"] = tenant_id
        return Answers.model_validate(raw)


def _of_conflict(place: rules.Place, value: object, wrong: str) -> InitErrorDetails:
    kind = PydanticCustomError("value_error", "{error}", {"error": wrong})
    return {"type": kind, "loc": place, "input": value}


def _as_details(fault: Any) -> InitErrorDetails:
    """A reported error of pydantic in the form from which it builds a new ValidationError."""
    if fault["type"] == "value_error":
        return _of_conflict(fault["loc"], fault["input"], str(fault["ctx"]["error"]))
    return {"type": fault["type"], "loc": fault["loc"], "input": fault["input"], "ctx": fault.get("ctx", {})}

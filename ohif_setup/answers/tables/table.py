"""The base class of all tables of the answers file."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """An immutable table that refuses values of another type and unknown keys."""

    # Strict: a port given as text is an error to report, not to convert.
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", validate_default=False)

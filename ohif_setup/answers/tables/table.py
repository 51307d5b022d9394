"""What all tables of the answers file have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table that cannot be changed, takes no value of another type and no key that it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", validate_default=False)

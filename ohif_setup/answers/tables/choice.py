"""A value of the answers that names an exhibit of a gallery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from ohif_setup.gallery import Gallery


@dataclass(frozen=True)
class OneOf:
    """Marks a text as the name of an exhibit. The gallery is asked when a value is checked, not when the model is built."""

    gallery: Gallery[Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"enum": list(self.gallery), "default": self.gallery.first}

    def _checked(self, name: str) -> str:
        if name not in self.gallery:
            # The same error as for a Literal, so that `faults` reports both in the same way.
            raise PydanticKnownError("literal_error", {"expected": " or ".join(self.gallery)})
        return name

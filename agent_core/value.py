"""The base of every value that one stage hands to the next."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict


class _OutsideIdentity:
    """Marks a field that says where something is kept, not what it is."""


#: ``Annotated[Path, NOT_CONTENT]`` leaves a field out of `Value.fingerprint`.
NOT_CONTENT = _OutsideIdentity()


class Value(BaseModel):
    """An immutable value with no unknown fields.

    A stage makes it whole and nobody completes it later. Two values with equal content have
    the same fingerprint, wherever their files lie.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def fingerprint(self) -> str:
        """SHA-256 (hex, 64 characters) of the content, stable between processes and machines."""
        return fingerprint(_content(self))


def _content(item: Any) -> Any:
    """The JSON form of ``item`` with the fields marked `NOT_CONTENT` left out at every depth."""
    if isinstance(item, Value):
        fields = type(item).model_fields
        kept = {name for name, field in fields.items() if NOT_CONTENT not in field.metadata}
        return {name: _content(getattr(item, name)) for name in sorted(kept)}
    if isinstance(item, dict):
        return {str(key): _content(value) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [_content(value) for value in item]
    return item


def fingerprint(content: Any) -> str:
    """SHA-256 (hex) of any JSON-like content; dictionaries are compared without regard to order."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()

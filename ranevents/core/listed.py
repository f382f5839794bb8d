"""A setting that is a list: written with commas in the environment."""

from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_settings import NoDecode


def listed(value: Any) -> Any:
    """The parts of a text between its commas; what is no text is left as it is."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Listed = Annotated[list[str], NoDecode, BeforeValidator(listed)]

"""What happens to questions that rooms above may have to act upon. Questions themselves have no life of states."""

from enum import StrEnum


class Happening(StrEnum):
    """What other rooms may have to act upon."""

    MADE_SPECIAL = "question made special"

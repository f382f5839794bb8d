"""How gunicorn writes what it has to say: through our pipe, so that its lines are JSON and hold no personal link."""

from typing import Any

from gunicorn.glogging import Logger

from ranevents import config
from ranevents.core import logs


class Lines(Logger):
    """Gunicorn's logger, in its own process as in the web processes that it starts."""

    def setup(self, cfg: Any) -> None:
        """Begin as gunicorn does, then leave the writing to us."""
        super().setup(cfg)
        settings = config.load()
        logs.configure(settings.log_level, settings.log_format)

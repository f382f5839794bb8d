"""Translations compiled when the package is built or installed: what `make`, pip and the tests have in common."""

from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUES = Path(__file__).parent / "ranevents" / "translations"


class CompileTranslations(BuildHookInterface):  # type: ignore[type-arg]
    """Makes the compiled catalogues before their files are packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile what is not compiled yet."""
        compile_catalogues()


def compile_catalogues(folder: Path = CATALOGUES) -> None:
    """Compile each `messages.po` below the folder that is newer than its `messages.mo`."""
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as told:
            catalogue = pofile.read_po(told, locale=source.parts[-3])
        half_done = compiled.with_suffix(".new")
        with half_done.open("wb") as told:
            mofile.write_mo(told, catalogue)
        half_done.replace(compiled)


if __name__ == "__main__":
    compile_catalogues()

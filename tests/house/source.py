"""The house's own source, read as text and as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ranevents"
TEMPLATES = ROOT / "templates"


@dataclass(frozen=True)
class Source:
    """One Python file of the package."""

    path: Path

    @property
    def name(self) -> str:
        """Its path inside the repository, such as 'ranevents/core/db.py'."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def room(self) -> str:
        """The room it stands in; '' for files beside the rooms."""
        inside = self.path.relative_to(PACKAGE).parts
        return inside[0] if len(inside) > 1 else ""

    @property
    def floor(self) -> str:
        """Its file name without the ending, such as 'models'."""
        return self.path.stem

    @cached_property
    def text(self) -> str:
        """What it says."""
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Every node of these kinds."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def names_from(self, module: str) -> set[str]:
        """What it imports by name from a module outside."""
        found = [
            node for node in self.nodes(ast.ImportFrom) if isinstance(node, ast.ImportFrom) and node.module == module
        ]
        return {one.name for node in found for one in node.names}

    def imports(self) -> set[str]:
        """The full names of the modules it imports ('ranevents.core.db' also for `from ranevents.core import db`)."""
        found: set[str] = set()
        for node in self.nodes(ast.Import, ast.ImportFrom):
            if isinstance(node, ast.Import):
                found |= {one.name for one in node.names}
                continue
            assert isinstance(node, ast.ImportFrom)
            module = node.module or ""
            inner = {f"{module}.{one.name}" for one in node.names}
            modules = {name for name in inner if _is_module(name)}
            found |= modules if len(modules) == len(inner) else modules | {module}
        return found


@lru_cache
def _is_module(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return name.startswith("ranevents") and (place.with_suffix(".py").exists() or (place / "__init__.py").exists())


@lru_cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the package."""
    return tuple(Source(path) for path in sorted(PACKAGE.rglob("*.py")))


def called(node: ast.AST) -> str:
    """The dotted name of an expression such as `datetime.now`, or ''."""
    if isinstance(node, ast.Attribute):
        before = called(node.value)
        return f"{before}.{node.attr}" if before else f"?.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""

"""Rules of the house that its code can be read for."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import ROOT, Source, called, sources

LINES_A_FILE = 400
LINES_A_FUNCTION = 50
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "misc", "common"}
CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
}
CHANCE = {"random", "secrets", "uuid"}

every_source = pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)


@every_source
def test_only_the_gate_sets_a_state(source: Source) -> None:
    if source.name == "ranevents/core/states.py":
        return

    setting = [node.lineno for node in _assigned(source) if node.attr == "state"]
    setting += [
        node.lineno
        for node in source.nodes(ast.Call)
        if isinstance(node, ast.Call) and called(node.func) == "setattr" and ast.unparse(node.args[1]) == "'state'"
    ]
    assert not setting, f"{source.name} sets .state in lines {setting}; take a step instead (core.states.take)"


def _assigned(source: Source) -> Iterator[ast.Attribute]:
    for node in source.nodes(ast.Assign, ast.AugAssign, ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]  # type: ignore[attr-defined]
        for target in targets:
            yield from (
                one for one in ast.walk(target) if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
            )


@every_source
def test_only_the_clock_reads_the_clock(source: Source) -> None:
    if source.name == "ranevents/core/clock.py":
        return

    read = [f"{node.lineno}: {called(node)}" for node in source.nodes(ast.Attribute) if _last_two(node) in CLOCK]  # type: ignore[attr-defined]
    assert not read, f"{source.name} reads the clock itself: {read}; call core.clock.now()"


def _last_two(node: ast.AST) -> str:
    return ".".join(called(node).split(".")[-2:])


@every_source
def test_only_the_tokens_are_left_to_chance(source: Source) -> None:
    if source.name in ("ranevents/core/tokens.py", "ranevents/config.py"):
        return

    assert not source.imports() & CHANCE, f"{source.name} uses chance itself; ask core.tokens"
    assert "os.urandom" not in source.text, f"{source.name} uses chance itself; ask core.tokens"


@every_source
def test_only_the_unit_of_work_ends_a_transaction(source: Source) -> None:
    if source.name in ("ranevents/core/db.py", "ranevents/app.py"):
        return

    ending = [
        f"{node.lineno}: {called(node.func)}"
        for node in source.nodes(ast.Call)
        if isinstance(node, ast.Call) and called(node.func).split(".")[-1] in ("commit", "rollback")
    ]
    assert not ending, f"{source.name} ends a transaction: {ending}; verbs flush, the unit of work commits"


@every_source
def test_only_the_settings_read_the_environment(source: Source) -> None:
    """Those who start other processes write it, so that these read the same."""
    if source.name in ("ranevents/config.py", "ranevents/cli.py", "ranevents/demo/start.py"):
        return

    assert "os.environ" not in source.text, source.name
    assert "getenv" not in source.text, source.name


@every_source
def test_no_file_is_too_long_to_be_read(source: Source) -> None:
    assert len(source.text.splitlines()) <= LINES_A_FILE, f"{source.name}: split it by noun"


@every_source
def test_no_function_is_too_long_to_be_read(source: Source) -> None:
    for node in source.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        lines = (node.end_lineno or 0) - node.lineno + 1
        assert lines <= LINES_A_FUNCTION, f"{source.name}: {node.name} has {lines} lines"


@every_source
def test_every_file_says_what_it_is_for(source: Source) -> None:
    assert ast.get_docstring(source.tree) or not source.text.strip(), source.name


def test_no_file_has_a_name_that_says_nothing() -> None:
    folders = [ROOT / name for name in ("ranevents", "templates", "tests", "migrations")]
    names = [path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts]

    assert [
        str(path.relative_to(ROOT))
        for path in names
        if path.name.split(".")[0] in FORBIDDEN_NAMES and path.name != "base.html"
    ] == []

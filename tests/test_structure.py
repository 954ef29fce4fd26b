"""The house keeps its shape: small modules, short functions, imports that only point downward."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
PACKAGES = ("firstline", "channels", "console", "handoff", "bot", "knowledge_base", "conversations")
MODULES = sorted(path for package in PACKAGES for path in (HOUSE / package).rglob("*.py"))
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50
HEAVY = ("rasa", "rasa_sdk", "spacy", "sklearn", "onnxruntime", "tensorflow")
WEB_PROCESS = ("firstline.app", "firstline.cli", "firstline.server")


def name_of(path: Path) -> str:
    """Give a module's place in the house."""
    return path.relative_to(HOUSE).as_posix()


def tree_of(path: Path) -> ast.Module:
    """Parse a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function and method of a module, those within others too."""
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(path: Path) -> set[str]:
    """Give the top-level packages a module imports anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def run(*command: str) -> str:
    """Run Python in the house and give what it printed; a failure is an error with what it said."""
    done = subprocess.run([sys.executable, *command], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_package_is_looked_at():
    """No rule below is kept by looking at nothing: each of the seven packages has modules."""
    assert {path.relative_to(HOUSE).parts[0] for path in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
class TestModules:
    """What a reader may expect of each file."""

    def test_fits_into_a_head(self, path: Path):
        """No module is longer than 400 lines."""
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE

    def test_has_short_functions(self, path: Path):
        """No function is longer than 50 lines."""
        long = {
            f"{function.name}, line {function.lineno}": length
            for function in functions(path)
            if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
        }
        assert long == {}

    def test_says_what_it_is_for(self, path: Path):
        """A module begins with one sentence on one line; more may follow after an empty line."""
        first, *rest = (ast.get_docstring(tree_of(path)) or "").splitlines()[:2] or [""]
        assert first.endswith("."), "no sentence at the top"
        assert rest in ([], [""]), "the first sentence does not end on its line"

    def test_leaves_rasa_to_the_bot(self, path: Path):
        """Only the bot imports Rasa and the libraries under it."""
        if path.relative_to(HOUSE).parts[0] != "bot":
            assert imported(path).isdisjoint({"rasa", "rasa_sdk", "spacy", "sklearn"})


def test_imports_only_point_downward():
    """The contracts between the packages, written in pyproject.toml, hold."""
    said = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
    assert "0 broken" in said
    assert "0 kept" not in said


@pytest.mark.parametrize("module", WEB_PROCESS)
def test_the_web_process_starts_light(module: str):
    """People can write at once: nothing that takes seconds to import is imported to serve pages or to run a command."""
    loaded = run("-c", f"import sys, {module}; print(*sys.modules)").split()
    assert module in loaded
    assert {name for name in loaded if name.partition(".")[0] in HEAVY} == set()

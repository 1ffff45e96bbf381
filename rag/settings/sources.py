"""What rag.toml, the variables and the flags say of the settings, before any of it is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.settings.toml_file import parse_config
from rag.settings.trust import describe_untrusted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rag.settings.toml_file import Entry
    from rag.settings.trust import Config

    Row = Mapping[str, object]


class Given(NamedTuple):
    """A value that a source gives to a setting, as it stands there."""

    name: str
    value: object
    origin: str  # a flag, a variable, or a line of a rag.toml
    place: str  # the same as an error says it: with the key of that line
    config: Config | None = None
    entry: Entry | None = None


def list_file_values(
    config: Config, rows: Mapping[str, Row], refuse_name: Callable[[str, str], object]
) -> tuple[list[Given], list[str]]:
    """Return what a rag.toml says, and warnings.

    One that came with a folder, and is not trusted, is not followed in the settings of ``own``.
    ``refuse_name`` raises for a key and its place where no setting is called so.
    """
    values = []
    untrusted_names = []
    for entry in parse_config(config.path, config.data):
        origin = f"{config.path}:{entry.line}"
        name = entry.key.replace("-", "_")
        if name not in rows:
            refuse_name(entry.key, origin)
        elif rows[name]["own"] and not config.is_trusted:
            untrusted_names.append(name)
        else:
            place = f"{origin}: {entry.key}"
            values.append(Given(name, entry.value, origin, place, config, entry))
    warnings = [*config.warnings]
    if untrusted_names:
        warnings.append(describe_untrusted(config.path, untrusted_names))
    return values, warnings


def list_variable_values(environ: Mapping[str, str], rows: Mapping[str, Row]) -> Iterator[Given]:
    """Yield what RAG_* variables say; an empty one says nothing."""
    for name in rows:
        variable = get_variable_name(name)
        text = environ.get(variable)
        if text:
            yield Given(name, text, variable, variable)


def list_flag_values(flags: Mapping[str, object], rows: Mapping[str, Row]) -> Iterator[Given]:
    """Yield what the flags say that were given."""
    for name, row in rows.items():
        value = flags.get(name)
        if value is None or value == ():
            continue
        origin = get_flag_name(name, row)
        yield Given(name, value, origin, origin)


def get_flag_name(name: str, row: Row) -> str:
    """Return the long flag of a setting; its name where it has none."""
    flags = row["flags"]
    if not isinstance(flags, tuple) or not flags:
        return name
    long_flag = str(flags[-1])  # "--offline/--no-offline"
    return long_flag.partition("/")[0]


def get_variable_name(name: str) -> str:
    """Return the variable of a setting: RAG_TOP for top."""
    return "RAG_" + name.upper()


def is_store_in_force(every_given: Sequence[Given]) -> bool:
    """Return whether the store is named last, by a stronger source than the folder of the index.

    Where one source names both, the store counts.
    """
    names = [given for given in every_given if given.name in ("index", "store")]
    if not names:
        return False
    strongest = max(map(_rank_source, names))
    return any(given.name == "store" and _rank_source(given) == strongest for given in names)


def _rank_source(given: Given) -> int:
    """Return how strong a source is: a flag goes before a variable, that before rag.toml."""
    if given.config is not None:
        return 0
    return 1 if given.origin == get_variable_name(given.name) else 2

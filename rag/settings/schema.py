"""The one table of settings, and where each value comes from.

The fields of ``Settings`` are the table: the names of flags, variables and rag.toml keys, their
checks, ``rag config`` and the table in the documentation are all made from it.
"""

from __future__ import annotations

import datetime
import os
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import UsageError
from rag.settings.checks import (
    check_boolean,
    check_characters,
    check_choice,
    check_day,
    check_folder,
    check_language_model,
    check_languages,
    check_number,
    check_order,
    check_publishers,
    check_reader,
    check_text,
    check_texts,
    escape_controls,
)
from rag.settings.places import find_seeds, resolve_index
from rag.settings.sources import (
    get_variable_name,
    is_store_in_force,
    list_file_values,
    list_flag_values,
    list_variable_values,
)
from rag.settings.store_address import StoreAddress, check_store
from rag.settings.toml_file import find_line
from rag.settings.trust import open_config

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rag.records import Filters
    from rag.settings.sources import Given

    # What someone says of a setting, and the day of as_of, into what its check takes.
    Reader = Callable[[object, datetime.date | None], object]

DEFAULT = "default"
SECRET = "store"  # the setting that may hold a password: no message repeats what was given
TABLE = "publishers"  # the setting that is a table in rag.toml


def _row(
    help: str, check: Callable[[object], object], *flags: str, metavar: str = "", own: bool = False
) -> dict[str, object]:
    """Return a row of the table: its help, its check, and its flags with what stands after them.

    ``own``: it says what is loaded, written or reached, so that a rag.toml that came with a folder
    sets it only once the user has trusted that file.
    """
    return {"help": help, "check": check, "flags": flags, "metavar": metavar, "own": own}


_LLM = "language model that writes the answer: openai:NAME, ollama:NAME, URL#NAME, gguf:FILE"
_STORE = "index in PostgreSQL instead of a folder: postgresql://USER@HOST/DATABASE"
_MODEL = "embedding model: shipped, e5, or a sentence-transformers name or folder"


@dataclass(frozen=True)
class Settings:
    """The values that the user chose, and where each comes from."""

    index: Path = field(
        metadata=_row("folder of the index", check_folder, "--index", metavar="DIR", own=True)
    )
    store: StoreAddress | None = field(
        default=None,
        metadata=_row(_STORE, check_store, "--store", metavar="ADDRESS", own=True),
    )
    model: str = field(
        default="shipped",
        metadata=_row(_MODEL, check_text, "--model", metavar="NAME", own=True),
    )
    llm: str = field(
        default="",
        metadata=_row(_LLM, check_language_model, "--llm", metavar="SPEC", own=True),
    )
    llm_context: int = field(
        default=4096,
        metadata=_row(
            "tokens that the language model reads and writes",
            check_number(512, 10_000_000),
            "--llm-context",
            metavar="N",
        ),
    )
    llm_timeout: int = field(
        default=120,
        metadata=_row("seconds that a language model may be silent", check_number(1, 3600)),
    )
    top: int = field(
        default=5,
        metadata=_row("passages shown, 1 to 100", check_number(1, 100), "-k", "--top", metavar="N"),
    )
    reader: str = field(
        default="auto",
        metadata=_row(
            "choose sentences by reading: auto or off", check_reader, "--reader/--no-reader"
        ),
    )
    quote_words: int = field(
        default=60, metadata=_row("words quoted in an answer, about", check_number(10, 1000))
    )
    passage_tokens: int = field(
        default=200, metadata=_row("tokens in a passage, at most", check_number(20, 2000))
    )
    max_file_mb: int = field(
        default=32, metadata=_row("larger files are skipped (megabytes)", check_number(1, 10_000))
    )
    publishers: tuple[tuple[str, str], ...] = field(
        default=(),
        metadata=_row("publishers of articles that name none, by pattern", check_publishers),
    )
    color: str = field(
        default="auto",
        metadata=_row(
            "auto, always or never",
            check_choice("auto", "always", "never"),
            "--color",
            metavar="WHEN",
        ),
    )
    editing: str = field(
        default="emacs",
        metadata=_row("keys of the question line: emacs or vi", check_choice("emacs", "vi")),
    )
    offline: bool = field(
        default=True,
        metadata=_row(
            "never reach for the network", check_boolean, "--offline/--no-offline", own=True
        ),
    )
    since: datetime.date | None = field(
        default=None,
        metadata=_row("articles from this day on", check_day, "--since", metavar="DATE"),
    )
    until: datetime.date | None = field(
        default=None, metadata=_row("articles up to this day", check_day, "--until", metavar="DATE")
    )
    as_of: datetime.date | None = field(
        default=None,
        metadata=_row(
            "answer as on this day, from articles up to it", check_day, "--as-of", metavar="DATE"
        ),
    )
    dates: bool = field(
        default=True,
        metadata=_row(
            "days told in a question choose among the articles", check_boolean, "--dates/--no-dates"
        ),
    )
    publisher: tuple[str, ...] = field(
        default=(),
        metadata=_row(
            "articles of this publisher (repeatable)", check_texts, "--publisher", metavar="P"
        ),
    )
    lang: tuple[str, ...] = field(
        default=(),
        metadata=_row(
            "articles in this language, as fr (repeatable)", check_languages, "--lang", metavar="L"
        ),
    )
    # The articles that are indexed when there is no index yet.
    seeds: Path | None = field(default=None, compare=False)
    # Where each value comes from that is not the default.
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    # What a rag.toml says and is not followed in, with the way out.
    warnings: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def filters(self) -> Filters:
        """Return which articles the flags, variables and rag.toml let through."""
        from rag.records import Filters  # not on the way to --help

        return Filters(self.since, self.until, self.publisher, self.lang)

    def origin(self, name: str) -> str:
        """Return where a value comes from: a flag, a variable, a line of a rag.toml, "default"."""
        return self.origins.get(name, DEFAULT)

    def describe(self) -> dict[str, str]:
        """Return every setting's value as a person writes it, with where it comes from."""
        descriptions = {}
        for name in list_settings():
            value = format_value(getattr(self, name)) or "-"
            origin = self.origin(name)
            descriptions[name] = f"{value} ({origin})"
        return descriptions

    def with_value(self, name: str, value: object, *, origin: str) -> Settings:
        """Return these settings with another value for one of them; None stands for its default.

        Raises:
            UsageError: no such setting, or a value that is not allowed.
        """
        here = Path.cwd()
        if value is not None:
            new = check_value(name, value, origin)
        elif name == "index":
            new, _ = resolve_index(here)
        else:
            new = get_setting(name)["default"]
        if isinstance(new, Path):
            new = here / new
        values: dict[str, Any] = {name: new}
        if name == "index":
            values["store"] = None
        origins = {**self.origins, name: origin}
        settings = replace(self, **values, origins=origins)
        check_order(settings.since, settings.until)
        return settings

    @classmethod
    def load(
        cls,
        flags: Mapping[str, object] | None = None,
        *,
        here: Path | None = None,
        environ: Mapping[str, str] | None = None,
        readers: Mapping[str, Reader] | None = None,
    ) -> Settings:
        """Return the settings: a flag goes before a variable, that before rag.toml.

        Flags that are None or () were not given; names in ``flags`` that are no settings are
        ignored. ``here`` is the working folder, ``environ`` the environment, where not given.
        ``readers`` turn what people say into what is checked, by the name of the setting.

        Raises:
            UsageError: a value or a rag.toml key that is not allowed, with its place; an index of
                another user.
        """
        here = here or Path.cwd()
        environ = os.environ if environ is None else environ
        rows = list_settings()
        every_given, warnings = list_file_values(open_config(here), rows, _refuse_name)
        every_given += list_variable_values(environ, rows)
        every_given += list_flag_values(flags or {}, rows)
        values: dict[str, Any] = {}
        origins: dict[str, str] = {}
        # "last month" is reckoned from as_of, wherever that comes from.
        for given in sorted(every_given, key=_comes_after_as_of):
            # The last value for a setting is the one that counts.
            values[given.name] = _read_value(given, readers or {}, values.get("as_of"))
            origins[given.name] = given.origin
        if not is_store_in_force(every_given):
            values.pop("store", None)
        if "index" not in values:
            values["index"], origins["index"] = resolve_index(here)
        index = here / values["index"]
        values["index"] = index
        check_order(values.get("since"), values.get("until"))
        seeds = find_seeds(index, here)
        return cls(**values, seeds=seeds, origins=origins, warnings=tuple(warnings))


def _read_value(given: Given, readers: Mapping[str, Reader], today: datetime.date | None) -> object:
    """Return what a source says in its setting's type; a folder of a rag.toml counts from there.

    Raises UsageError with its place.
    """
    value = given.value
    if given.name in readers:
        value = readers[given.name](value, today)
    try:
        parsed = check_value(given.name, value, given.place)
    except UsageError:
        _check_rows(given)
        raise
    if isinstance(parsed, Path) and given.config is not None:
        return given.config.path.parent / parsed
    return parsed


def _check_rows(given: Given) -> None:
    """Raise UsageError with the line of the first row of a table that is not allowed."""
    config, entry = given.config, given.entry
    if given.name != TABLE or config is None or entry is None:
        return
    if not isinstance(entry.value, dict):
        return
    for key, value in entry.value.items():
        row = {key: value}
        try:
            check_value(given.name, row, entry.key)
        except UsageError:
            line = find_line(config.data.decode("utf-8-sig"), key, table=entry.line)
            check_value(given.name, row, f"{config.path}:{line}: {entry.key}")


def list_settings() -> dict[str, Mapping[str, Any]]:
    """Return the rows of the table by name, in order.

    A row has the keys ``help``, ``check``, ``flags``, ``metavar`` and ``default``.
    """
    rows: dict[str, Mapping[str, Any]] = {}
    for item in fields(Settings):
        # The fields that nobody sets have none.
        if not item.metadata:
            continue
        row = dict(item.metadata)
        row["default"] = None if item.default is MISSING else item.default
        rows[item.name] = row
    return rows


def get_setting(name: str) -> Mapping[str, Any]:
    """Return the row of a setting.

    Raises:
        UsageError: there is none; the nearest is suggested.
    """
    rows = list_settings()
    if name not in rows:
        raise UsageError(f"no setting is called {escape_controls(name)}", hint=_suggest_name(name))
    return rows[name]


def format_settings_table() -> str:
    """Return the settings as a Markdown table, for the documentation."""
    rows = ["| rag.toml key | flag | variable | default | meaning |", "|---|---|---|---|---|"]
    for name, setting in list_settings().items():
        flags = ", ".join(f"`{flag}`" for flag in setting["flags"])
        variable = get_variable_name(name)
        default = format_value(setting["default"])
        meaning = setting["help"]
        rows.append(f"| `{name}` | {flags} | `{variable}` | {default} | {meaning} |")
    return "\n".join(rows) + "\n"


def format_value(value: object) -> str:
    """Return a setting's value as a person writes it; an empty text for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        parts = ["=".join(part) if isinstance(part, tuple) else part for part in value]
        return ",".join(parts)
    return str(value)


def _comes_after_as_of(given: Given) -> bool:
    return given.name != "as_of"


def _refuse_name(key: str, place: str) -> None:
    """Raise UsageError for a key of a rag.toml that is no setting."""
    message = f"{place}: no setting is called {escape_controls(key)}"
    raise UsageError(message, hint=_suggest_name(key.replace("-", "_")))


def _suggest_name(name: str) -> str:
    """Return a hint that names the setting spelled most like a wrong name."""
    import difflib  # only when something is wrong

    known_names = list_settings()
    names = difflib.get_close_matches(name.lower(), known_names, n=1, cutoff=0.5)
    if not names:
        return "rag config show lists the settings"
    return f"did you mean {names[0]}?"


def check_value(name: str, value: object, place: str) -> object:
    """Return the value of a setting in its own type.

    Raises:
        UsageError: it is not allowed; ``place`` says where it stands.
    """
    setting = get_setting(name)
    try:
        check_characters(value)
        return setting["check"](value)
    except ValueError as error:
        shown = value
        if isinstance(value, tuple) and len(value) == 1:
            (shown,) = value
        repeated = "this" if name == SECRET else f"{shown!r:.80}"
        message = f"{place}: {repeated} {error}"
        hint = f"{name}: {setting['help']}"
        refusal = UsageError(message, hint=hint)
        refusal.setting = name
        raise refusal from error

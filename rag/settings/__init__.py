"""What a user may choose.

Each value comes from a flag, else a RAG_* variable, else rag.toml, else its default.

schema     the one table of settings, and where each value comes from
checks     what a value may be
places     which index, which seeds
toml_file  rag.toml: where it is, what it holds, how a line of it is changed

A newcomer who adds a setting adds one field to ``schema.Settings``, and nothing else.
"""

from rag.settings.places import find_seeds, resolve_index
from rag.settings.schema import (
    Settings,
    format_settings_table,
    format_value,
    get_setting,
    get_variable_name,
    list_settings,
    save_setting,
)
from rag.settings.toml_file import find_config

__all__ = [
    "Settings",
    "find_config",
    "find_seeds",
    "format_settings_table",
    "format_value",
    "get_setting",
    "get_variable_name",
    "list_settings",
    "resolve_index",
    "save_setting",
]

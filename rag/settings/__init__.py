"""What a user may choose.

Each value comes from a flag, else a RAG_* variable, else rag.toml, else its default.

schema     the one table of settings, and where each value comes from
sources    what a flag, a variable and rag.toml say
checks     what a value may be
saving     a setting written, and what a rag.toml asks to be trusted with
places     which index, which seeds
store_address  where a store is; no password in what is shown of it
toml_file  rag.toml: where it is, what it holds, how a line of it is changed
trust      which rag.toml counts here, and whether it may say what is loaded and reached
ownership  whose a folder is

A newcomer who adds a setting adds one field to ``schema.Settings``, and nothing else.
"""

from rag.settings.checks import has_control
from rag.settings.places import find_seeds, resolve_index
from rag.settings.saving import list_own_values, save_setting
from rag.settings.schema import (
    Settings,
    format_settings_table,
    format_value,
    get_setting,
    list_settings,
)
from rag.settings.sources import get_variable_name
from rag.settings.store_address import StoreAddress, has_password
from rag.settings.toml_file import find_nearest_config, get_user_config, read_data
from rag.settings.trust import add_trust, find_config, remove_trust

__all__ = [
    "Settings",
    "StoreAddress",
    "add_trust",
    "find_config",
    "find_nearest_config",
    "find_seeds",
    "format_settings_table",
    "format_value",
    "get_setting",
    "get_user_config",
    "get_variable_name",
    "has_control",
    "has_password",
    "list_own_values",
    "list_settings",
    "read_data",
    "remove_trust",
    "resolve_index",
    "save_setting",
]

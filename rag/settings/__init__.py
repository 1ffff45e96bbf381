"""What a user may choose.

Each value comes from a flag, else a RAG_* variable, else rag.toml, else its default.

schema     the one table of settings, and where each value comes from
checks     what a value may be
places     which index, which seeds
toml_file  rag.toml: where it is, what it holds, how a line of it is changed

A newcomer who adds a setting adds one field to ``schema.Settings``, and nothing else.
"""

from rag.settings.places import find_seeds as find_seeds
from rag.settings.places import resolve_index as resolve_index
from rag.settings.schema import Settings as Settings
from rag.settings.schema import format_settings_table as format_settings_table
from rag.settings.schema import format_value as format_value
from rag.settings.schema import get_setting as get_setting
from rag.settings.schema import get_variable_name as get_variable_name
from rag.settings.schema import list_settings as list_settings
from rag.settings.schema import save_setting as save_setting
from rag.settings.toml_file import find_config as find_config

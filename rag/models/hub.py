"""The hub that models come from, kept away: not reached when offline, and never heard.

``local_files_only`` alone does not keep it away: the libraries ask the hub which revision a name
stands for, and so tell it (and the name servers on the way) what is asked with which model.
"""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Read by huggingface_hub when it is imported, and by every program started from here.
_OFFLINE_VARIABLES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
# What they write goes to the terminal as it is, names and contents of model files included.
_LOGGERS = ("huggingface_hub", "sentence_transformers", "transformers")


@contextlib.contextmanager
def forbid_network() -> Iterator[None]:
    """Let the hub's library reach for nothing; the models' libraries are to be imported in here.

    Afterwards everything is as before: another part of the program may have good reason to reach
    for the hub.
    """
    from huggingface_hub import constants

    outside = {name: os.environ.get(name) for name in _OFFLINE_VARIABLES}
    # The variables are for what is imported or started from now on, the constant for the rest.
    was_offline = constants.HF_HUB_OFFLINE
    os.environ.update(dict.fromkeys(_OFFLINE_VARIABLES, "1"))
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = was_offline
        for name, value in outside.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@contextlib.contextmanager
def silence_libraries() -> Iterator[None]:
    """Let the models' libraries write nothing: what went wrong is said by the error they raise.

    They have to be imported before: transformers sets its own level then.
    """
    levels = {}
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        levels[logger] = logger.level
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)

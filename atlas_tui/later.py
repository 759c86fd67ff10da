"""Modules that are loaded when something of them is first asked for: what no first frame shows must not delay it."""

import importlib
from types import ModuleType


class Later(ModuleType):
    """Stands for a module until something is asked of it.

    Whoever uses one imports the module itself `if TYPE_CHECKING`, so that types are checked, and sets its name to this
    otherwise.
    """

    def __getattr__(self, name: str) -> object:
        return getattr(importlib.import_module(self.__name__), name)

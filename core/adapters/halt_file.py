"""The file HALT in the state directory: while it is there, no entry is taken."""

from pathlib import Path

NAME = "HALT"


class HaltFile:
    """Fits `core.ports.Brake`; anything of that name pulls it, whatever it holds."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._pulled = False

    def pulled(self) -> bool:
        """Is the file there? Where the system cannot say, the last answer stands."""
        try:
            self._path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            self._pulled = False
        except OSError:
            return self._pulled
        else:
            self._pulled = True
        return self._pulled

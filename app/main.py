"""The ``kithmap`` command: errors become one line and an exit code, here and nowhere else."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import Final

import click

from graph.errors import (
    AccessError,
    AuditUnavailableError,
    ConflictError,
    GeoError,
    IngestError,
    KithmapError,
    MeasureError,
    ModelError,
    RowRejectedError,
    SchemaVersionError,
    SettingsError,
    StoreError,
    StoreUnavailableError,
    WorkLimitError,
)

DONE: Final = 0
INTERNAL: Final = 1
WRONG_INPUT: Final = 2
REFUSED: Final = 3
UNAVAILABLE: Final = 4
REJECTED_ROWS: Final = 5

EXIT_CODES: Final[tuple[tuple[type[KithmapError], int], ...]] = (
    (AuditUnavailableError, UNAVAILABLE),
    (StoreUnavailableError, UNAVAILABLE),
    (ConflictError, UNAVAILABLE),
    (SchemaVersionError, UNAVAILABLE),
    (AccessError, REFUSED),
    (IngestError, WRONG_INPUT),
    (WorkLimitError, WRONG_INPUT),
    (SettingsError, WRONG_INPUT),
    (GeoError, WRONG_INPUT),
    (MeasureError, WRONG_INPUT),
    (ModelError, WRONG_INPUT),
    (StoreError, WRONG_INPUT),
)
"""The first that fits; a subclass stands before its parent."""


def exit_code(error: KithmapError) -> int:
    """Return the exit code of an error.

    Parameters
    ----------
    error : KithmapError
        What went wrong.

    Returns
    -------
    int
        As documented in the README.
    """
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), INTERNAL)


def main() -> None:
    """Run the command line and leave with its exit code."""
    from app.cli import cli

    # numpy would start a thread for every processor, to multiply large matrices: nothing here does.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A command makes many small tuples and no cycles: looking for rubbish among them is all cost.
    gc.set_threshold(200_000, 20, 20)
    # Nor at the end, among all that the libraries hold: the process gives it back at once.
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    code = None
    try:
        code = cli(standalone_mode=False)
    except RowRejectedError as error:
        _leave(str(error), _code_of_rejected(error))
    except KithmapError as error:
        _leave(str(error), exit_code(error))
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.Abort:
        _leave("stopped", INTERNAL)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_INPUT)
    except BrokenPipeError:
        # Whoever read the output has gone: nothing is left to say to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except OSError as error:
        _leave(f"{error.filename or 'a file'}: {error.strerror or error}", WRONG_INPUT)
    except KeyboardInterrupt:
        _leave("stopped", INTERNAL)
    # click hands back the code of a command that ended itself.
    if code:
        sys.exit(code)


def _code_of_rejected(error: RowRejectedError) -> int:
    # Only an import raises it, so this module is loaded by then; --help need not pay for it.
    from app.use_cases.importing import StrictImportError

    return REJECTED_ROWS if isinstance(error, StrictImportError) else exit_code(error)


def _leave(text: str, code: int) -> None:
    sys.stderr.write(f"kithmap: {text}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()

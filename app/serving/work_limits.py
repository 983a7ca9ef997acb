"""How much processor time, memory and time by the clock one piece of long work may take."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final, NamedTuple, TypeVar

from app.settings import Service
from graph.errors import WorkLimitError

_MB: Final = 1_000_000
_GRACE_S: Final = 20
"""Between the signal that ends the work in words and the one that ends it in the middle of anything."""

_Done = TypeVar("_Done")


class WorkLimits(NamedTuple):
    """What one piece of long work may take.

    Attributes
    ----------
    cpu_s : int
        Processor time, in seconds.
    wall_s : int
        Time by the clock, in seconds.
    memory_mb : int
        Memory that it writes to, in millions of bytes.
    niceness : int
        How far it steps back behind answers.
    """

    cpu_s: int = 3_600
    wall_s: int = 3 * 3_600
    memory_mb: int = 3_000
    niceness: int = 10

    @property
    def cpu_rule(self) -> str:
        """The rule that work breaks which computes for too long."""
        return f"it took more than {_minutes(self.cpu_s)} of processor time"

    @property
    def wall_rule(self) -> str:
        """The rule that work breaks which does not end."""
        return f"it took more than {_minutes(self.wall_s)}"

    @property
    def memory_rule(self) -> str:
        """The rule that work breaks which holds too much at once."""
        return f"it needed more than {self.memory_mb:,} MB of memory"


def limits_of(service: Service) -> WorkLimits:
    """Return what the settings allow one piece of long work.

    Parameters
    ----------
    service : Service
        Of the settings.

    Returns
    -------
    WorkLimits
        The same, in seconds.
    """
    return WorkLimits(
        service.job_cpu_minutes * 60, service.job_minutes * 60, service.job_memory_mb, service.job_niceness
    )


def exceeded(rule: str, at: str) -> WorkLimitError:
    """Return what is told of work that broke a limit.

    Parameters
    ----------
    rule : str
        Which.
    at : str
        The last that it told: the name of a file, a count.

    Returns
    -------
    WorkLimitError
        With both.
    """
    where = f"{at}: " if at else ""
    return WorkLimitError(f"{where}{rule}, which is the limit for one piece of work: nothing of it is kept")


class _OutOfTimeError(BaseException):
    """Passes every handler of the work itself."""


def within(limits: WorkLimits, work: Callable[[], _Done], *, last: Callable[[], str]) -> _Done:
    """Do work in this process, which does nothing else, within limits of the system.

    Parameters
    ----------
    limits : WorkLimits
        What it may take.
    work : callable
        The work.
    last : callable
        Tells the last that the work told.

    Returns
    -------
    Any
        What the work returns.

    Raises
    ------
    WorkLimitError
        It took more.

    Notes
    -----
    Where the system knows no such limits (Windows), only the time by the clock is held, by whoever waits
    for this process. macOS does not hold the limit of memory.
    """
    _bound(limits)
    try:
        return work()
    except _OutOfTimeError as error:
        raise exceeded(limits.cpu_rule, last()) from error
    except MemoryError as error:
        raise exceeded(limits.memory_rule, last()) from error


def _bound(limits: WorkLimits) -> None:
    if sys.platform == "win32":
        return
    import resource

    os.nice(limits.niceness)
    signal.signal(signal.SIGXCPU, _out_of_time)
    used_s = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    soft_s = used_s + limits.cpu_s
    _lower(resource.RLIMIT_CPU, soft_s, soft_s + _GRACE_S)
    # What is written to, and not what is mapped: a ledger of any size may be read.
    most = limits.memory_mb * _MB
    _lower(resource.RLIMIT_DATA, most, most)
    # A core file would hold what was read.
    _lower(resource.RLIMIT_CORE, 0, 0)


def _lower(which: int, soft: int, hard: int) -> None:
    import resource

    _, most = resource.getrlimit(which)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(which, (soft, hard))


def _out_of_time(number: int, frame: FrameType | None) -> Any:
    raise _OutOfTimeError


def _minutes(seconds: int) -> str:
    whole, rest = divmod(seconds, 60)
    if rest or not whole:
        return f"{seconds:,} second{'s' * (seconds != 1)}"
    return f"{whole:,} minute{'s' * (whole != 1)}"

"""The connection to a Neo4j server: the only module that knows its driver."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING, Any, Final, TypeVar

from graph.errors import ConflictError, StoreUnavailableError
from graph.store.cypher import Statement

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session

_CONNECT_S: Final = 5.0
_RETRY_S: Final = 5.0
_RETRY_FIRST_S: Final = 0.05
_SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_ROWS_AT_ONCE: Final = 20_000

_TRIES: Final = 3
TAKEN_OVER: Final = "another process draws into Neo4j at the same time"

# The driver warns of each try again, where nobody listens on standard error; what fails at last is raised.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

Rows = list[tuple[Any, ...]]
Answer = TypeVar("Answer")


class Neo4jServer:
    """A Neo4j server, opened once for a process.

    Parameters
    ----------
    uri : str
        ``neo4j://`` (reads go to any member of a cluster) or ``bolt://``; with ``+s`` over TLS.
    user, password : str
        The service's own account.
    database : str, optional
        The account's own when left out; Neo4j Community has one.

    Raises
    ------
    StoreUnavailableError
        The address is none.
    """

    def __init__(
        self,
        uri: str,
        *,
        user: str,
        password: str,
        database: str | None = None,
    ) -> None:
        from neo4j import GraphDatabase

        if uri.partition("://")[0] not in _SCHEMES:
            raise StoreUnavailableError(f"Neo4j's address begins with one of {', '.join(_SCHEMES)}, then ://")
        self._database = database
        self._prepared: set[str] = set()
        self._open = local()
        # Reads wait until their member of a cluster holds what this process wrote last.
        self._bookmarks = GraphDatabase.bookmark_manager()
        with _translated():
            self._driver: Driver = GraphDatabase.driver(
                uri,
                auth=(user, password),
                connection_timeout=_CONNECT_S,
                connection_acquisition_timeout=2 * _CONNECT_S,
                max_transaction_retry_time=_RETRY_S,
                # Two sessions that waited for each other's lock need not wait for a second more.
                initial_retry_delay=_RETRY_FIRST_S,
                keep_alive=True,
                # What is not drawn yet has no label: the server would say so of each question.
                notifications_min_severity="OFF",
                telemetry_disabled=True,
            )

    def close(self) -> None:
        """Give back the connections."""
        self._driver.close()

    def version(self) -> tuple[str, str]:
        """Ask the server what it is.

        Returns
        -------
        tuple of (str, str)
            Its version, and its name with its edition.

        Raises
        ------
        StoreUnavailableError
            No server answers.
        """
        # Versions named by a year list Cypher beside it.
        text = (
            "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' "
            "RETURN name, versions[0], edition"
        )
        ((name, version, edition),) = self.read([Statement(text, {})])[0]
        return str(version), f"{name} {edition}"

    def missing(self, names: Collection[str]) -> list[str]:
        """Ask which constraints and indexes are not there, or not ready.

        Parameters
        ----------
        names : collection of str
            Those that should be.

        Returns
        -------
        list of str
            Sorted.

        Raises
        ------
        StoreUnavailableError
            No server answers.
        """
        rows = self.outside(
            Statement("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name", {})
        )
        return sorted(set(names) - {str(row[0]) for row in rows})

    def read(self, statements: Sequence[Statement]) -> list[Rows]:
        """Ask a server that may answer reads.

        Parameters
        ----------
        statements : sequence of Statement
            Asked one after the other in one transaction: that of ``together``, or one of their own.

        Returns
        -------
        list of list
            Rows of each.

        Raises
        ------
        StoreUnavailableError
            No server answers.
        """

        def _ask() -> list[Rows]:
            return [_rows(self._open.transaction, statement) for statement in statements]

        return _ask() if self.is_together else self.together(_ask)

    @property
    def is_together(self) -> bool:
        """Whether this thread is answering in one transaction."""
        return getattr(self._open, "transaction", None) is not None

    def together(self, answer: Callable[[], Answer]) -> Answer:
        """Answer something in one transaction of this thread: a trip for a question, not four.

        Parameters
        ----------
        answer : callable
            Asks by ``read`` and changes nothing; called again where the transaction must be.

        Returns
        -------
        object
            What it returned.

        Raises
        ------
        StoreUnavailableError
            No server answers.
        """

        def _answer(transaction: ManagedTransaction) -> Answer:
            self._open.transaction = transaction
            try:
                return answer()
            finally:
                self._open.transaction = None

        with self._session(reads=True) as session:
            return _settled(session.execute_read, _answer)

    def write(self, statements: Sequence[Statement], *, once: bool = False) -> list[Rows]:
        """Change what the server holds.

        Parameters
        ----------
        statements : sequence of Statement
            All done or none.
        once : bool, optional
            Whether the first makes a key that cannot be made twice: the others are then done once, also
            where the connection broke while they were being committed. It gives a row, or another
            process has taken over. Without it they must be such that may be done again.

        Returns
        -------
        list of list
            Rows of each statement; empty where the change had been made already.

        Raises
        ------
        ConflictError
            Another process has taken over.
        StoreUnavailableError
            No server answers.
        """
        from neo4j.exceptions import ConstraintError

        asked: list[bool] = []

        def _change(transaction: ManagedTransaction) -> list[Rows]:
            asked.append(True)
            done: list[Rows] = []
            for statement in statements:
                done.append(_rows(transaction, statement))
                if once and not done[0]:
                    raise ConflictError(TAKEN_OVER)
            return done

        with self._session(reads=False) as session:
            try:
                return _settled(session.execute_write, _change)
            except ConstraintError:
                # The key is there: an earlier try was committed, and only its answer was lost.
                if not (once and len(asked) > 1):
                    raise
                return []

    def prepare(self, texts: Sequence[str]) -> bool:
        """Make constraints and indexes where they are not there yet.

        Parameters
        ----------
        texts : sequence of str
            May be run again; asked for once by a process. Indexes are then filled while other things are
            done: see ``await_indexes``.

        Returns
        -------
        bool
            Whether the server was asked.

        Raises
        ------
        StoreUnavailableError
            No server answers.
        """
        if self._prepared.issuperset(texts):
            return False
        # In one transaction: each by itself took twice as long.
        self.write([Statement(text, {}) for text in texts])
        self._prepared.update(texts)
        return True

    def await_indexes(self) -> None:
        """Wait until every index of the server is filled.

        Raises
        ------
        StoreUnavailableError
            No server answers.
        """
        self.outside(Statement("CALL db.awaitIndexes(3600)", {}))

    def outside(self, statement: Statement) -> Rows:
        """Run what manages its own transactions, or the schema.

        Parameters
        ----------
        statement : Statement
            May be run again.

        Returns
        -------
        list of tuple
            Its rows.

        Raises
        ------
        StoreUnavailableError
            No server answers.
        """
        with self._session(reads=False) as session:
            return list(session.run(statement.text, dict(statement.parameters)))

    @contextmanager
    def _session(self, *, reads: bool) -> Iterator[Session]:
        with (
            _translated(),
            self._driver.session(
                database=self._database,
                default_access_mode="READ" if reads else "WRITE",
                bookmark_manager=self._bookmarks,
                fetch_size=_ROWS_AT_ONCE,
            ) as session,
        ):
            yield session


def _settled(
    execute: Callable[[Callable[[ManagedTransaction], Answer]], Answer],
    work: Callable[[ManagedTransaction], Answer],
) -> Answer:
    """Do a transaction again while nobody knows whether it was committed: a key, or its nature, allows it."""
    from neo4j.exceptions import IncompleteCommit

    for _ in range(_TRIES - 1):
        try:
            return execute(work)
        except IncompleteCommit:
            continue
    return execute(work)


def _rows(transaction: ManagedTransaction, statement: Statement) -> Rows:
    return list(transaction.run(statement.text, dict(statement.parameters)))


@contextmanager
def _translated() -> Iterator[None]:
    """Say in words what the driver says in classes; none of its texts, which may quote what was asked."""
    from neo4j.exceptions import (
        AuthError,
        ClientError,
        ConfigurationError,
        ConstraintError,
        DriverError,
        Neo4jError,
    )

    try:
        yield
    except ConstraintError as error:
        raise ConflictError(TAKEN_OVER) from error
    except AuthError as error:
        raise StoreUnavailableError("Neo4j refuses the account: look at its user and password") from error
    except ConfigurationError as error:
        raise StoreUnavailableError("Neo4j's address is wrong: a scheme, ://, host and port") from error
    except ClientError as error:
        raise StoreUnavailableError(f"Neo4j refuses what was asked ({error.code})") from error
    except Neo4jError as error:
        raise StoreUnavailableError(f"Neo4j could not do it now ({error.code}): try again") from error
    except (DriverError, OSError) as error:
        raise StoreUnavailableError(
            "Neo4j does not answer: is it running, and is its address right?"
        ) from error

"""Random histories on a PostgreSQL ledger: after every step it answers as the reference does."""

from __future__ import annotations

import os
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.builders import SECRET, Workspace
from tests.contracts.test_histories import Histories
from tests.servers import Postgres

EXAMPLES = int(os.environ.get("KITHMAP_SERVER_HISTORIES", "4"))


@pytest.mark.servers
@pytest.mark.properties
@pytest.mark.slow
def test_a_ledger_on_a_server_answers_as_the_reference_does(postgres: Postgres) -> None:
    class _Served(Histories):
        """The same history, written to the server."""

        def opened(self) -> Workspace:
            self.lent = ExitStack()
            return Workspace(self.folder, self.lent.enter_context(postgres.ledger(SECRET)))

        def teardown(self) -> None:
            super().teardown()
            self.lent.close()

    told = settings(
        max_examples=EXAMPLES,
        stateful_step_count=8,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    run_state_machine_as_test(_Served, settings=told)

"""Heavy answers take turns, and beyond a number are told to come back."""

from __future__ import annotations

import asyncio

import pytest
from starlette.exceptions import HTTPException

from app.serving.slots import Crowd, Slots


async def _hold(slots: Slots, held: list[int], *, until: asyncio.Event) -> None:
    async with slots.held():
        held.append(len(held))
        await until.wait()


def test_as_many_are_worked_on_as_there_are_places() -> None:
    async def _tried() -> None:
        slots, until = Slots(2, waiting=10), asyncio.Event()
        held: list[int] = []
        tasks = [asyncio.create_task(_hold(slots, held, until=until)) for _ in range(5)]
        await asyncio.sleep(0.02)
        assert len(held) == 2
        until.set()
        await asyncio.gather(*tasks)
        assert len(held) == 5

    asyncio.run(_tried())


def test_whoever_finds_too_many_waiting_is_told_to_come_back() -> None:
    async def _tried() -> None:
        slots, until = Slots(1, waiting=2), asyncio.Event()
        held: list[int] = []
        tasks = [asyncio.create_task(_hold(slots, held, until=until)) for _ in range(3)]
        await asyncio.sleep(0.02)
        with pytest.raises(HTTPException) as refused:
            await _hold(slots, held, until=until)
        assert refused.value.status_code == 503 and refused.value.headers == {"Retry-After": "5"}
        until.set()
        await asyncio.gather(*tasks)
        await _hold(slots, held, until=until)
        assert len(held) == 4

    asyncio.run(_tried())


def test_whoever_waits_too_long_is_told_to_come_back_and_leaves_their_place() -> None:
    async def _tried() -> None:
        slots, until = Slots(1, waiting=2, longest_s=0.05), asyncio.Event()
        held: list[int] = []
        task = asyncio.create_task(_hold(slots, held, until=until))
        await asyncio.sleep(0.01)
        for _ in range(3):
            with pytest.raises(HTTPException):
                await _hold(slots, held, until=until)
        until.set()
        await task
        await _hold(slots, held, until=until)
        assert len(held) == 2

    asyncio.run(_tried())


def test_a_failure_gives_its_place_back() -> None:
    async def _tried() -> None:
        slots = Slots(1)
        for _ in range(3):
            with pytest.raises(ValueError, match="inside"):
                async with slots.held():
                    raise ValueError("inside")
        async with slots.held():
            pass

    asyncio.run(_tried())


def test_whoever_comes_when_it_is_full_is_sent_away_at_once_and_a_place_comes_free_again() -> None:
    crowd = Crowd(2)
    with crowd.joined():
        with pytest.raises(ValueError, match="inside"), crowd.joined():
            raise ValueError("inside")
        with crowd.joined(), pytest.raises(HTTPException) as refused, crowd.joined():
            pass
        with crowd.joined():
            pass
    assert refused.value.status_code == 503 and refused.value.headers == {"Retry-After": "5"}

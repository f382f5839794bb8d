"""Places: from all pools or from none, never overfull, ranks in strict order; all of it under many hands at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from ranevents.core import places
from ranevents.core.db import commit, db, unit_of_work
from ranevents.core.errors import NoPlaceLeft
from ranevents.core.places import Pool
from tests.statements import count_statements


@pytest.fixture
def pool(app: Flask) -> Pool:
    pool = places.new_pool(2)
    db.session.commit()
    return pool


def test_a_place_is_taken_from_every_pool_or_from_none(app: Flask, pool: Pool) -> None:
    full = places.new_pool(0)
    wide = places.new_pool(9)
    db.session.flush()

    taken = [places.take([pool, wide]), places.take([pool, full, wide]), places.take([wide, pool]), places.take([pool])]

    assert taken == [True, False, True, False]
    assert [(one.held, one.free) for one in (pool, wide, full)] == [(2, 0), (2, 7), (0, 0)]


def test_a_place_given_back_can_be_taken_again(app: Flask, pool: Pool) -> None:
    places.take([pool])
    places.take([pool])

    places.give_back([pool])

    assert places.take([pool])
    assert not places.take([pool])


def test_what_a_transaction_has_locked_it_does_not_lock_again_but_the_next_one_does(app: Flask, pool: Pool) -> None:
    with count_statements() as first:
        places.lock([pool])
        places.take([pool])
        places.take([pool])
    db.session.commit()
    with count_statements() as second:
        places.lock([pool])

    assert sum("FOR UPDATE" in one for one in first) == 1
    assert sum("FOR UPDATE" in one for one in second) == 1
    assert pool.held == 2


def test_a_savepoint_that_is_undone_takes_its_locks_with_it(app: Flask, pool: Pool) -> None:
    with db.session.begin_nested() as savepoint:
        places.lock([pool])
        savepoint.rollback()

    with count_statements() as after:
        places.lock([pool])

    assert any("FOR UPDATE" in one for one in after)


def test_the_database_itself_refuses_one_too_many(app: Flask, pool: Pool) -> None:
    with pytest.raises(NoPlaceLeft), unit_of_work():
        pool.held = 3


def test_what_is_held_can_not_fall_below_nothing(app: Flask, pool: Pool) -> None:
    with pytest.raises(NoPlaceLeft), unit_of_work():
        pool.held = -1


def test_many_hands_take_no_more_places_than_there_are(app: Flask, pool: Pool) -> None:
    db.session.execute(update(Pool).values(limit=5))
    db.session.commit()
    id = pool.id

    taken = at_once(app, 24, lambda: places.take([_the(id)]))

    db.session.expire_all()
    assert (sum(taken), pool.held) == (5, 5)


def test_ranks_rise_strictly_however_many_ask_at_once(app: Flask, pool: Pool) -> None:
    id = pool.id

    ranks = at_once(app, 24, lambda: places.next_rank(_the(id)))

    assert sorted(ranks) == list(range(1, 25))


def test_pools_named_in_any_order_never_block_each_other(app: Flask, pool: Pool) -> None:
    other = places.new_pool(100)
    db.session.execute(update(Pool).values(limit=100))
    db.session.commit()
    turns = iter([(pool.id, other.id), (other.id, pool.id)] * 12)

    taken = at_once(app, 24, lambda: places.take([_the(id) for id in next(turns)]))

    assert all(taken)


def _the(id: int) -> Pool:
    return db.session.scalars(select(Pool).where(Pool.id == id)).one()


def at_once(app: Flask, hands: int, act: Callable[[], Any]) -> list[Any]:
    """Act in so many transactions, eight at a time."""

    def one(_number: int) -> Any:
        with app.app_context():
            result = act()
            commit()
            return result

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(one, range(hands)))

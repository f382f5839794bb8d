"""Places that never overflow: pools with a limit, taken and given back by one statement each."""

from collections.abc import Iterable, Sequence

from sqlalchemy import CheckConstraint, select, update
from sqlalchemy.orm import Mapped

from ranevents.core import errors
from ranevents.core.db import Key, Model, db


class Pool(Model):
    """So many places. `held` never exceeds `limit`: the database itself refuses it.

    `last_rank` numbers those who wait for a place; the row's lock makes the order strict.
    """

    __tablename__ = "pools"
    __table_args__ = (CheckConstraint('held >= 0 AND held <= "limit"', name="never_overfull"),)

    id: Mapped[Key]
    limit: Mapped[int]
    held: Mapped[int]
    last_rank: Mapped[int]

    @property
    def free(self) -> int:
        """How many places are free."""
        return self.limit - self.held


errors.constraint("ck_pools_never_overfull", errors.NoPlaceLeft)


def new_pool(limit: int) -> Pool:
    """A pool with `limit` places, none of them held."""
    pool = Pool(limit=limit, held=0, last_rank=0)
    db.session.add(pool)
    return pool


def lock(pools: Iterable[Pool]) -> Sequence[Pool]:
    """Wait until nobody else changes these pools, in the order of their ids, and read them afresh.

    Held until the transaction ends. Each verb that gives, takes or ranks calls this first.
    """
    ids = sorted(pool.id for pool in pools)
    return db.session.scalars(
        select(Pool)
        .where(Pool.id.in_(ids))
        .order_by(Pool.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def take(pools: Iterable[Pool]) -> bool:
    """Take a place from every pool, or from none; whether it could be had."""
    locked = lock(pools)
    if any(pool.free <= 0 for pool in locked):
        return False
    _move(locked, +1)
    return True


def give_back(pools: Iterable[Pool]) -> None:
    """Give back the place that was held in every one of the pools."""
    _move(lock(pools), -1)


def next_rank(pool: Pool) -> int:
    """The next number in the pool's queue: strictly rising in the order in which people came."""
    lock([pool])
    pool.last_rank += 1
    return pool.last_rank


def _move(pools: Sequence[Pool], by: int) -> None:
    db.session.execute(
        update(Pool)
        .where(Pool.id.in_([pool.id for pool in pools]))
        .values(held=Pool.held + by)
        .execution_options(synchronize_session=False)
    )
    for pool in pools:
        db.session.refresh(pool)

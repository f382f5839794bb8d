"""Places that never overflow: pools with a limit, taken and given back by one statement each."""

from collections.abc import Iterable, Sequence

from sqlalchemy import CheckConstraint, bindparam, event, select
from sqlalchemy.orm import Mapped, Session, SessionTransaction

from ranevents.core import errors
from ranevents.core.db import Key, Model, db, flush


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

_LOCK = (
    select(Pool)
    .where(Pool.id.in_(bindparam("ids", expanding=True)))
    .order_by(Pool.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_LOCKED = "locked pools"


@event.listens_for(Session, "after_transaction_end")
def _unlocked(session: Session, ended: SessionTransaction) -> None:
    # Also where only a savepoint ends: rolled back to, it would take its locks with it. A flush ends no transaction.
    if ended.parent is None or ended.nested:
        session.info.pop(_LOCKED, None)


def new_pool(limit: int) -> Pool:
    """A pool with `limit` places, none of them held."""
    pool = Pool(limit=limit, held=0, last_rank=0)
    db.session.add(pool)
    return pool


def lock(pools: Iterable[Pool]) -> Sequence[Pool]:
    """Wait until nobody else changes these pools, in the order of their ids, and read them afresh.

    Held until the transaction ends. Each verb that gives, takes or ranks calls this first. Of pools that this
    transaction has locked already nothing new is to be read: nobody else could have changed them.
    """
    ordered = sorted(pools, key=lambda pool: pool.id)
    ids = [pool.id for pool in ordered]
    if set(ids) <= db.session.info.get(_LOCKED, set()):
        return ordered
    found = db.session.scalars(_LOCK, {"ids": ids}).all()
    db.session.info.setdefault(_LOCKED, set()).update(ids)
    return found


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
    # They are locked: what we read is what stands there, and the constraint watches over it.
    for pool in pools:
        pool.held += by
    flush()

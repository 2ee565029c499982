"""What a run will take, told before it is started."""

from agent_core.state_of_things import PoolState, Status
from agent_core.value import Value


class Estimate(Value):
    """``waits`` and ``seconds`` until it is ready at the latest; ``before`` runs are in its way.

    ``usd`` is the most it can cost. ``online`` says whether anybody is there to execute it, None
    where that is not known.
    """

    before: int
    waits: float
    seconds: float
    usd: float
    online: bool | None


def estimate(status: Status, deployment: str, budget: float, usd: float) -> Estimate:
    """Of a run with ``budget`` in seconds that is handed to ``deployment`` now.

    The queue moves as quickly as the last runs were solved; where none was, each takes the budget.
    """
    pool = next((pool for pool in status.pools if pool.name == deployment), None)
    if pool is None:
        return Estimate(before=0, waits=0.0, seconds=budget, usd=usd, online=None)
    each = budget if status.history.seconds is None else status.history.seconds
    waits = _turns(pool) * each
    return Estimate(
        before=pool.queued,
        waits=waits,
        seconds=waits + budget,
        usd=usd,
        online=any(worker.online for worker in pool.workers) and not pool.paused,
    )


def _turns(pool: PoolState) -> int:
    """How many runs have to end, one after another, before a new one may begin."""
    if pool.limit is None or pool.running + pool.queued < pool.limit:
        return 0
    return (pool.running + pool.queued - pool.limit) // max(pool.limit, 1) + 1

"""One step of 10,000 filters: five states, five observations of which a tenth is missing, Joseph form, beside filterpy
(one filter after the other) and simdkalman (batched, but it leaves out a whole row when one component is missing).
"""

from typing import Any

import numpy as np
from rich.table import Table

from signals import kalman
from signals.regime import REGIME, prior
from tests.bench.rounds import interleaved, ratio, table, verdict

ROUNDS, FILTERS, SLOW = 9, 10_000, 200
STEPS = 20  # a round: so many that what is measured is not the first touch of fresh memory
SLOW_ONE = f"filterpy, by {SLOW} of them"


def measure() -> Table:
    from filterpy.kalman import KalmanFilter
    from simdkalman.primitives import predict as simd_predict
    from simdkalman.primitives import update as simd_update

    rng = np.random.default_rng(1)
    zs = rng.normal(size=(STEPS, FILTERS, 5))
    zs[rng.random(zs.shape) < 0.1] = np.nan
    x0, P0 = prior()  # noqa: N806
    x, P = np.tile(x0, (FILTERS, 1)), np.tile(P0, (FILTERS, 1, 1))  # noqa: N806
    filters = [_filterpy(KalmanFilter, x0, P0) for _ in range(SLOW)]

    def ours() -> None:
        state, spread = x, P
        for z in zs:
            state, spread = kalman.predict(REGIME, state, spread)
            after = kalman.update(REGIME, state, spread, z)
            state, spread = after.x, after.P

    def filterpy() -> None:
        """A fiftieth of the filters; it can leave out a whole row only, so it gets no missing values."""
        for z in zs:
            for one, values in zip(filters, np.nan_to_num(z[:SLOW]), strict=True):
                one.predict()
                one.update(values)

    def simdkalman() -> None:
        state, spread = x[..., None], P
        for z in np.nan_to_num(zs):
            state, spread = simd_predict(state, spread, REGIME.F, REGIME.Q)
            state, spread = simd_update(state, spread, REGIME.H, REGIME.R, z[..., None])[:2]

    seconds = interleaved({"ours": ours, "simdkalman": simdkalman, SLOW_ONE: filterpy}, ROUNDS)
    scaled = {
        name: [s * FILTERS / SLOW for s in values] if "filterpy" in name else values for name, values in seconds.items()
    }
    columns = table(f"One step of {FILTERS:,} Kalman filters, 10 % missing", scaled, STEPS, "ms a step", 1e3)
    verdict(columns, "filterpy / ours", ratio(scaled, SLOW_ONE, "ours"), 60, at_most=False)
    verdict(columns, "simdkalman / ours", ratio(scaled, "simdkalman", "ours"), 3, at_most=False)
    return columns


def _filterpy(kind: Any, x0: np.ndarray, P0: np.ndarray) -> Any:  # noqa: N803
    one = kind(dim_x=5, dim_z=5)
    one.x, one.P = x0.copy(), P0.copy()
    one.F, one.H, one.Q, one.R = REGIME.F, REGIME.H, REGIME.Q, REGIME.R
    return one

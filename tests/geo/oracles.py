"""Other people's answers to the same question."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array


def esda_z(counts: npt.NDArray[np.int64], weights: csr_array) -> npt.NDArray[np.float64]:
    """Return Gi* by esda on these counts and these binary weights."""
    with warnings.catch_warnings():
        # libpysal warns that parts of a study may not touch, and esda about its own weights.
        warnings.simplefilter("ignore")
        from esda.getisord import G_Local
        from libpysal.weights import W

        starts, columns = weights.indptr, weights.indices
        near = {at: columns[starts[at] : starts[at + 1]].tolist() for at in range(counts.size)}
        given = W(near, silence_warnings=True)
        local = G_Local(counts.astype(np.float64), given, transform="B", star=True, permutations=0)
    return np.asarray(local.Zs)

"""How colours look to everybody: contrast, and what each kind of colour vision leaves of differences."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Machado, Oliveira, Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1.0, on linear RGB.
VISIONS: Final = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
_TO_XYZ: Final = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.9505], [1.0], [1.089]])


def contrast(one: str, other: str) -> float:
    """Return the contrast of WCAG 2.2, 1 to 21.

    Parameters
    ----------
    one, other : str
        Colours, ``#rrggbb``.

    Returns
    -------
    float
        3 for shapes and 4.5 for words are enough.
    """
    light, dark = sorted((_linear(colour) @ _TO_XYZ[1] for colour in (one, other)), reverse=True)
    return float((light + 0.05) / (dark + 0.05))


def difference(one: str, other: str, vision: str) -> float:
    """Return how different two colours look: CIE76 after the vision is simulated.

    Parameters
    ----------
    one, other : str
        Colours, ``#rrggbb``.
    vision : str
        A key of ``VISIONS``.

    Returns
    -------
    float
        About 2 is just seen side by side.
    """
    seen = [np.clip(VISIONS[vision] @ _linear(colour), 0, 1) for colour in (one, other)]
    return float(np.linalg.norm(_lab(seen[0]) - _lab(seen[1])))


def _linear(colour: str) -> Floats:
    value = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear: Floats = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return linear


def _lab(linear: Floats) -> Floats:
    xyz = _TO_XYZ @ linear
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])

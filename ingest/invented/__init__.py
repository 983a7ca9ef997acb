"""An invented partnership: agency files, illustrative areas, and the right answers beside them."""

from ingest.invented.noise import STRONG, WEAK, Noise
from ingest.invented.partnership import Invented, invent

__all__ = ["STRONG", "WEAK", "Invented", "Noise", "invent"]

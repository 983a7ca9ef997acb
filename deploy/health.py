"""Whether the service in this container answers under the name that people type."""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection

connection = HTTPConnection("127.0.0.1", 8750, timeout=5)
try:
    # It answers to its own name only.
    connection.request("GET", "/api/health", headers={"Host": os.environ["KITHMAP_HOST"]})
    sys.exit(connection.getresponse().status != 200)
except OSError:
    sys.exit(1)

"""Whether the service in this container answers."""

from __future__ import annotations

import sys
from http.client import HTTPConnection

connection = HTTPConnection("127.0.0.1", 8750, timeout=5)
try:
    connection.request("GET", "/api/health")
    sys.exit(connection.getresponse().status != 200)
except OSError:
    sys.exit(1)

"""Tests of the pages, in Debian's Chromium, against the service as it is installed."""

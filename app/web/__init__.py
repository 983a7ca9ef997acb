"""The browser pages: their sources in ``ui``, and in ``static`` what the service serves."""

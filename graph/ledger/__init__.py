"""The truth: records, claims and judgements in SQL."""

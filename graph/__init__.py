"""The model, the ledger, the drawn graph and its stores, the view, measures over links."""

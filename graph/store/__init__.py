"""The drawn graph and its stores."""

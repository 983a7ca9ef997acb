"""What a briefing says, section by section; each sentence from claims that every reader may see."""

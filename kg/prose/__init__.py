"""Running text to facts with their sentence."""

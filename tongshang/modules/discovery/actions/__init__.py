"""Steps that several endpoints share: choosing what to show, and showing it."""

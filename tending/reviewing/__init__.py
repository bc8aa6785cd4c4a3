"""Review: a short deck of sources that deserve a decision, with the evidence."""

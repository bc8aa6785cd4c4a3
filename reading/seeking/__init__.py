"""Search: the question in a member's words, the entries, people and notes that answer, and questions kept."""

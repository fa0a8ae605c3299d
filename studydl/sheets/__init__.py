"""Practice sets: composed from families and decks, written for paper and screen, graded."""

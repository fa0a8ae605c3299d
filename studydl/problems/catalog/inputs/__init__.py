"""Problems about inputs: letterboxing, padding."""

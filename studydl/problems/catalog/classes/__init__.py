"""Python classes as layers use them: inheritance and the order in which methods are found."""

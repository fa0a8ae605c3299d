"""Loss functions and impurities."""

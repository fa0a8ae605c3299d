"""Mock interviews: chosen, asked on a clock, kept, and reported."""

"""Problems about recurrent networks."""

"""Problems about checkpoints: what is saved."""

"""Problems on what a checkpoint holds."""

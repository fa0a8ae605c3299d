"""Problems about training: memory, adapters, accumulated gradients."""

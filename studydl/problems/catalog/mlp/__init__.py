"""Problems about multilayer perceptrons."""

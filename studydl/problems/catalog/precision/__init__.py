"""Problems about number formats: bfloat16, float16, int8."""

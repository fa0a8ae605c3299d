"""Text as people read it: mathematics, Markdown inline, safe_text, numbers."""

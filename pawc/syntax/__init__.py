"""Source text <-> syntax tree: parser with error recovery, mistakes and what they are called, formatter."""

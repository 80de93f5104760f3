"""What everything else stands on: source texts and spans, diagnostics, types, atomic files."""

"""The passes, one a file; `PASSES` names them all, and imports none until it is asked for (`pass_spec.load_pass`)."""

from __future__ import annotations

PASSES = {
    "resolve": "pawc.passes.resolve:Resolve",
    "check": "pawc.passes.check:Check",
    "neural-compile": "pawc.passes.neural_compile:NeuralCompile",
    "quantize-prefix": "pawc.passes.quantize_prefix:QuantizePrefix",
    "link": "pawc.passes.link:Link",
    "share-programs": "pawc.passes.share_programs:SharePrograms",
    "inline": "pawc.passes.inline:Inline",
    "fold-constants": "pawc.passes.fold_constants:FoldConstants",
    "deduplicate-calls": "pawc.passes.deduplicate_calls:DeduplicateCalls",
    "eliminate-dead": "pawc.passes.eliminate_dead:EliminateDead",
}
"""Pass names -> `module:Class`, in the order in which the pipelines run them."""

"""Metrics as Prometheus reads them."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from pawc.serve.metrics import CONTENT_TYPE, Metrics


def test_metrics_are_what_was_observed() -> None:
    metrics = Metrics()
    metrics.watch(lambda: 7)
    metrics.request("size", 200)
    metrics.answered("size", 0.3, ["ok", "P0802"])
    metrics.batch("m.size", 3, 0.02)
    families = {family.name: family for family in text_string_to_metric_families(metrics.text().decode())}
    assert families["pawc_queue_length"].samples[0].value == 7
    buckets = {
        sample.labels["le"]: sample.value
        for sample in families["pawc_batch_size"].samples
        if sample.name.endswith("_bucket")
    }
    assert (buckets["2.0"], buckets["4.0"]) == (0, 1)
    assert CONTENT_TYPE.startswith("text/plain")


def test_two_servers_count_for_themselves() -> None:
    one, other = Metrics(), Metrics()
    one.request("f", 200)
    assert b'function="f"' in one.text()
    assert b'function="f"' not in other.text()

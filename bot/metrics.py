"""Figures for Prometheus, at an address of their own, so that the web's proxy can't show them by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.conversation.counts import BOUNDS, STEP, Counts

_LABELS = ("door", "decision")


class _Figures(Collector):
    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        """Yield the counts as Prometheus reads them."""
        about = f"by door and decision, in steps of {STEP}"
        messages = CounterMetricFamily("assistant_messages", f"Messages {about}.", labels=_LABELS)
        seconds = HistogramMetricFamily("assistant_reply_seconds", f"Seconds until the reply, {about}.", labels=_LABELS)
        for case, sums in self._counts.shown().items():
            buckets = [(str(bound), float(most)) for bound, most in zip((*BOUNDS, "+Inf"), sums, strict=True)]
            messages.add_metric(case, sums[-1])
            seconds.add_metric(case, buckets, sum_value=None)
        yield messages
        yield seconds


def serve_metrics(counts: Counts, host: str, port: int) -> None:
    """Serve the counts, and what the process takes of the machine, at `/metrics` of an address.

    Raises:
        OSError: the address can't be had.
    """
    registry = CollectorRegistry()
    registry.register(_Figures(counts))
    ProcessCollector(registry=registry)
    start_http_server(port, host, registry)

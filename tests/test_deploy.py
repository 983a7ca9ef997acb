"""What can be held of the files for production without an engine to run them."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.application import PORT
from app.cli import COMMANDS
from app.cli_serve import serve
from app.serving.policies import MOST_BYTES as MOST_BODY
from app.use_cases.import_drafts import MOST_BYTES as MOST_FILE
from deploy.dev_servers import neo4j

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
TEXTS = sorted(p for p in DEPLOY.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def _proxy() -> str:
    return (DEPLOY / "proxy" / "nginx.conf").read_text("utf-8")


def _unit() -> dict[str, list[str]]:
    lines = (DEPLOY / "systemd" / "kithmap.service").read_text("utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def test_only_the_proxy_publishes_ports_and_only_it_stands_on_the_way_in() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert [name for name, service in SERVICES.items() if "edge" in service["networks"]] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert all("inside" in service["networks"] for service in SERVICES.values())


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_is_hardened_limited_and_watched(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(service[limit] for limit in ("mem_limit", "cpus", "pids_limit"))
    assert service["healthcheck"]["test"][0] == "CMD"
    assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & set(service)
    assert ":" in service["image"] and not service["image"].endswith(":latest")


def test_what_is_used_is_declared_and_what_is_declared_is_used() -> None:
    for kind in ("volumes", "secrets"):
        named = [item for service in SERVICES.values() for item in service.get(kind, [])]
        used = {item.split(":")[0] for item in named if not item.startswith(".")}
        assert used == set(COMPOSE[kind]), kind
    needed = {other for service in SERVICES.values() for other in service.get("depends_on", {})}
    assert needed <= set(SERVICES)


def test_neo4j_has_the_version_that_is_tested() -> None:
    pom = (DEPLOY / "neo4j" / "pom.xml").read_text("utf-8")
    version = re.findall(r"<neo4j\.version>(.*?)</neo4j\.version>", pom)[0]
    assert SERVICES["graph"]["image"] == f"neo4j:{version}-community"
    assert version == neo4j.VERSION


def test_the_image_is_of_this_version_and_its_python_is_allowed() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    wheels = set(re.findall(r"kithmap-(\d[\d.]*)-py3", text))
    assert wheels == {PROJECT["version"]} == {SERVICES["app"]["image"].split(":")[1]}
    (base,) = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    python = re.fullmatch(r"python:(3\.\d+)-slim-\w+", base)
    assert python and python[1] == PROJECT["requires-python"].removeprefix(">=")
    assert "--require-hashes" in text and re.search(r"^USER \d+:\d+$", text, re.MULTILINE)
    copied = re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE)
    assert all((ROOT / name).exists() for name in copied if not name.startswith("dist/"))


def _served(words: list[str]) -> dict[str, Any]:
    assert words[0] == "--workspace" and words[2] == "serve"
    return serve.make_context("serve", list(words[3:])).params


def test_the_service_is_started_by_options_that_it_has() -> None:
    words = [
        re.sub(r"\$\{KITHMAP_HOST:[^}]*\}", "kithmap.example", word) for word in SERVICES["app"]["command"]
    ]
    given = _served(words)
    assert given["workers"] == 2 and given["origin"] == "https://kithmap.example"
    assert given["trusted_proxy"] == SERVICES["proxy"]["networks"]["inside"]["ipv4_address"]
    (line,) = _unit()["ExecStart"]
    unit = _served(shlex.split(line)[1:])
    assert (unit["workers"], unit["host"], unit["trusted_proxy"]) == (2, "127.0.0.1", "127.0.0.1")
    assert unit["origin"] == "${KITHMAP_ORIGIN}"


def test_every_command_of_the_readme_and_the_unit_exists() -> None:
    readme = (DEPLOY / "README.md").read_text("utf-8")
    told = set(re.findall(r"run --rm --no-deps app (?:--workspace \S+ )?([a-z-]+)", readme))
    told |= set(re.findall(r"`kithmap ([a-z-]+)", readme)) | {"init", "serve"}
    assert told <= set(COMMANDS) and "user" in told


def test_the_proxy_asks_the_service_where_it_listens_and_lets_imports_through() -> None:
    address = SERVICES["app"]["networks"]["inside"]["ipv4_address"]
    assert f"server {address}:{PORT};" in _proxy()
    assert f'HTTPConnection("127.0.0.1", {PORT}' in (DEPLOY / "health.py").read_text("utf-8")
    sizes = {
        name: int(size) * 1_048_576 for name, size in re.findall(r"(client_max_body_size) (\d+)m;", _proxy())
    }
    assert sizes["client_max_body_size"] >= MOST_FILE
    assert "client_max_body_size 1m;" in _proxy() and MOST_BODY <= 1_048_576
    ports = {port.split(":")[1] for port in SERVICES["proxy"]["ports"]}
    assert ports == set(re.findall(r"listen (\d+)", _proxy()))


def test_the_proxy_replaces_what_callers_say_of_themselves_and_keeps_no_log() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in _proxy() and "$proxy_add" not in _proxy()
    assert "access_log off;" in _proxy() and "add_header" not in _proxy() and "gzip off;" in _proxy()
    # A location with a header of its own would forget those of the server.
    locations = re.findall(r"location [^{]*\{([^}]*)\}", _proxy())
    assert len(locations) == 2 and not any("proxy_set_header" in text for text in locations)


def test_the_unit_writes_its_folder_only_and_calls_nobody() -> None:
    unit = _unit()
    assert unit["ProtectSystem"] == ["strict"] and "ReadWritePaths" not in unit
    assert unit["IPAddressDeny"] == ["any"] and unit["IPAddressAllow"] == ["localhost"]
    assert unit["NoNewPrivileges"] == ["yes"] and unit["CapabilityBoundingSet"] == [""]


def test_no_file_holds_a_secret_or_a_name_of_a_machine() -> None:
    for path in TEXTS:
        text = path.read_text("utf-8")
        assert not re.search(r"BEGIN [A-Z ]*(PRIVATE KEY|CERTIFICATE)", text), path
        assert not re.search(
            r"(?i)password\s*[=:]\s*[\"']?(?!\$)[a-z0-9]{8,}[\"']?\s*$", text, re.MULTILINE
        ), path
        for host in set(re.findall(r"https?://([\w.-]+)", text)) - {"kithmap"}:  # the upstream
            assert host.endswith((".example", "maven.apache.org", "www.w3.org")), (path, host)
    named = [word for service in SERVICES.values() for word in service.get("environment", {}).items()]
    assert all(
        value.startswith("/run/secrets/") for name, value in named if "PASSWORD" in name or "AUTH" in name
    )
    assert all(secret["file"].startswith("./secrets/") for secret in COMPOSE["secrets"].values())
    assert (DEPLOY / ".gitignore").read_text("utf-8").split() == ["secrets/"]

"""The only place that reads the environment and the settings files.

``FINDER_HOME`` is the data folder. ``finder.toml`` there, or ``FINDER_*`` variables, which win. Keys live in the
environment or in ``secrets.toml`` (owner-only rights) and are never part of any message.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tomllib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs

from finder import decompression, files, proxies
from finder.errors import SettingsError, TooLarge
from finder.proxies import OutboundNetwork

SECRETS = "secrets.toml"
FILE = "finder.toml"
LARGEST = 1_000_000  # bytes of a settings file
_Months = Annotated[float, msgspec.Meta(ge=0)]
PASSWORD = "smtp_password"  # noqa: S105 - a name, not one
"""The key under which the password of the mail server is kept."""
_PASSWORD = "FINDER_SMTP_PASSWORD"  # noqa: S105
_Text = Annotated[str, msgspec.Meta(min_length=1)]


class SourceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[sources.<name>]`` in finder.toml.

    Attributes:
        key_hosts: hosts, beside its own service, that its key may be sent to, such as ``mirror.uni.example``.
    """

    url: str | None = None
    enabled: bool | None = None
    key_hosts: tuple[_Text, ...] = ()


class BoardSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[boards]]`` in finder.toml: a job board that the user adds; what a token is, its platform's module says."""

    organisation: _Text
    platform: _Text
    token: _Text
    region: str = ""


class DashboardSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[dashboard]`` in finder.toml: whether others than who sits at this machine may see it, and who.

    Attributes:
        serve: let others in, after they have logged in.
        address: where it listens; one that other machines reach only where it is served.
        public_url: the address that its readers type, without a path.
        operator: who is responsible, with a contact; shown to everybody who comes.
        allowed_users, allowed_domains: e-mail addresses, and what stands behind their @, of who may enter.
        oidc_url: the provider's discovery document.
        client_id: what the provider calls this dashboard; its client secret is the key ``oidc_key``.
        trust_email: take an address that the provider does not say to have checked.
    """

    serve: bool = False
    address: str = "127.0.0.1"
    public_url: str = ""
    operator: str = ""
    allowed_users: tuple[str, ...] = ()
    allowed_domains: tuple[str, ...] = ()
    oidc_url: str = ""
    client_id: str = ""
    trust_email: bool = False


class MailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[mail]`` in finder.toml: the user's own mail server, and their own address, which digests are sent to.

    ``security`` is "none" for a server on this machine only. ``quiet`` says whether a digest without news is sent too.
    """

    host: _Text
    to: Annotated[str, msgspec.Meta(pattern=r"^[^\s@,;<>\"]+@[^\s@,;<>\"]+$")]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    security: Literal["starttls", "ssl", "none"] = "starttls"
    user: str = ""
    quiet: Literal["skip", "say"] = "skip"


class MeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[me]`` in finder.toml: the user's own people, and what letters say about the user.

    Attributes:
        people: by name or id, who might introduce them to others.
        name: as letters are signed.
        programme: what they study, where, and until when.
        background: up to three sentences on what they have done.
        link: a page or repository.
        start: from when, such as ``April 2027``.
        months: how long a thesis or an internship takes.
        visa: a sentence on it, where one is needed.
        attachments: what they attach, such as ``CV``.
    """

    people: tuple[_Text, ...] = ()
    name: str = ""
    programme: str = ""
    background: Annotated[tuple[_Text, ...], msgspec.Meta(max_length=3)] = ()
    link: str = ""
    start: str = ""
    months: Annotated[int, msgspec.Meta(ge=1, le=72)] | None = None
    visa: str = ""
    attachments: tuple[_Text, ...] = ()


class SemanticSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[semantic]`` in finder.toml: whether works are compared by meaning, too, and a folder with another encoder.

    ``FINDER_SEMANTIC`` wins over ``use``.
    """

    use: Literal["auto", "off"] = "auto"
    folder: str = ""


class EngineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[engine]`` in finder.toml: what ``--engine duckdb`` and ``--engine spark`` may use.

    Attributes:
        master: Spark's, such as ``local[*]``, ``spark://host:7077`` or ``yarn``; ``FINDER_SPARK_MASTER`` wins.
        memory_gb: what DuckDB, or Spark's driver, may take. What does not fit goes to a temporary folder.
    """

    master: _Text = "local[*]"
    memory_gb: Annotated[int, msgspec.Meta(ge=1)] = 4


class HttpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[http]`` in finder.toml: the way out of this network. It wins over ``HTTPS_PROXY`` and the like.

    Attributes:
        proxy: such as ``http://proxy.uni.example:3128``; "none" is no proxy whatever the variables say.
        no_proxy: hosts and domains that are asked directly, with commas between.
        ca: a file or folder of certificates that are trusted beside the usual ones.
        proxy_lookup: names that cannot be looked up here are left to the proxy, which keeps to public hosts.
    """

    proxy: str = ""
    no_proxy: str = ""
    ca: str = ""
    proxy_lookup: bool = False


class FileSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[files]`` in finder.toml: how much of one file is read at most, unpacked, in millions of bytes."""

    most_megabytes: Annotated[int, msgspec.Meta(ge=1)] = decompression.MOST // decompression.MEGABYTE

    @property
    def max_bytes(self) -> int:
        """The same in bytes."""
        return self.most_megabytes * decompression.MEGABYTE


class _SettingsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    contact: str = ""
    half_life_years: float = 4.0
    retention_months: _Months = 0
    retention_replies_months: _Months = 12
    weights: dict[str, float] = {}
    sources: dict[str, SourceSettings] = {}
    boards: list[BoardSettings] = []
    dashboard: DashboardSettings = DashboardSettings()
    mail: MailSettings | None = None
    me: MeSettings = MeSettings()
    semantic: SemanticSettings = SemanticSettings()
    engine: EngineSettings = EngineSettings()
    files: FileSettings = FileSettings()
    http: HttpSettings = HttpSettings()


@dataclass(frozen=True)
class Settings:
    """What the user has set. ``keys`` never appears in ``repr``.

    Attributes:
        home: data folder (store, snapshots, settings).
        contact: address or page that goes into the User-Agent, so that a host can complain to somebody.
        half_life_years: after how many years a work counts half in recency.
        retention_months: after so many months in which no source told of them, people are removed; 0 is never.
        retention_replies_months: after so many, the content of kept answers, news, closed positions and notes on runs
            are let go of; 0 is never.
        weights: the user's default weights of the parts of a score, by part.
        boards: job boards beside the curated ones.
        dashboard: who may see the dashboard.
        mail: how digests are sent to the user; None where they are not. The password is among ``keys``.
        me: whom the user knows, and what letters say about them.
        semantic: the encoder of texts.
        engine: what DuckDB and Spark may use.
        files: how much of a file is read.
        out: how hosts outside are reached.
    """

    home: Path
    contact: str = ""
    half_life_years: float = 4.0
    retention_months: float = 0
    retention_replies_months: float = 12
    weights: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    boards: Sequence[BoardSettings] = ()
    dashboard: DashboardSettings = field(default_factory=DashboardSettings)
    mail: MailSettings | None = None
    me: MeSettings = field(default_factory=MeSettings)
    semantic: SemanticSettings = field(default_factory=SemanticSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    files: FileSettings = field(default_factory=FileSettings)
    out: OutboundNetwork = field(default_factory=OutboundNetwork)
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)

    def source_url(self, source: str, default: str) -> str:
        """Base URL of a source: the user's mirror if one is set."""
        setting = self.sources.get(source)
        return (setting.url if setting and setting.url else default).rstrip("/")

    def is_source_enabled(self, source: str, default: bool) -> bool:
        """Whether a source is switched on."""
        setting = self.sources.get(source)
        return default if setting is None or setting.enabled is None else setting.enabled


def load_settings(home: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; ``home`` beats ``FINDER_HOME``.

    Raises:
        SettingsError: a file or variable cannot be understood; the message says which and how to mend it.
    """
    environ = os.environ if environ is None else environ
    home = home or user_data_folder(environ)
    parsed = read_toml(home / FILE)
    try:
        file = msgspec.convert(parsed, _SettingsFile, strict=False)
    except msgspec.ValidationError as error:
        hint = " Each [[boards]] has an organisation, a platform, a token, and a region if you like."
        about = hint if "$.boards" in str(error) else ""
        raise SettingsError(f"{home / 'finder.toml'}: {error}. Correct or delete that line.{about}") from None
    return Settings(
        home=home,
        contact=environ.get("FINDER_CONTACT", file.contact),
        half_life_years=_half_life_setting(environ, "FINDER_HALF_LIFE_YEARS", file.half_life_years),
        retention_months=file.retention_months,
        retention_replies_months=file.retention_replies_months,
        weights=file.weights,
        sources=_switch_off_sources(_merge_source_settings(file.sources, environ), environ),
        boards=tuple(file.boards),
        dashboard=file.dashboard,
        mail=file.mail,
        me=file.me,
        semantic=_merge_semantic_settings(file.semantic, environ),
        engine=msgspec.structs.replace(file.engine, master=environ.get("FINDER_SPARK_MASTER") or file.engine.master),
        files=file.files,
        out=proxies.read_outbound_network(
            environ, file.http.proxy, file.http.no_proxy, file.http.ca, looks_up=file.http.proxy_lookup
        ),
        keys=_load_api_keys(home, environ),
    )


def user_data_folder(environ: Mapping[str, str] | None = None) -> Path:
    """The data folder, also where the settings in it cannot be read.

    Raises:
        SettingsError: none is named, and there is no home folder.
    """
    environ = os.environ if environ is None else environ
    if named := environ.get("FINDER_HOME"):
        return Path(named)
    try:
        return Path(platformdirs.user_data_dir("finder"))
    except (RuntimeError, KeyError):  # whoever runs this is no user of the machine
        raise SettingsError("no home folder: set FINDER_HOME to a folder that you can write to.") from None


def is_demo_mode(environ: Mapping[str, str] | None = None) -> bool:
    """Whether ``finder dashboard --demo`` has started us over the fictional world."""
    return (os.environ if environ is None else environ).get("FINDER_DEMO") == "1"


def is_served_mode(environ: Mapping[str, str] | None = None) -> bool:
    """Whether ``finder dashboard`` has started us for others: what the file says by now does not open the door."""
    return (os.environ if environ is None else environ).get("FINDER_SERVED") == "1"


def has_java(environ: Mapping[str, str] | None = None) -> bool:
    """Whether Java can be started, as Spark looks for it."""
    home = (os.environ if environ is None else environ).get("JAVA_HOME")
    return shutil.which(str(Path(home, "bin", "java")) if home else "java") is not None


def key_origin(name: str, environ: Mapping[str, str] | None = None) -> str:
    """The variable that holds a key, or the file; a variable wins."""
    variable = f"FINDER_{name.upper()}"
    return variable if (os.environ if environ is None else environ).get(variable, "").strip() else SECRETS


def save_key(home: Path, name: str, value: str) -> Path:
    """Keep a key in ``secrets.toml`` with owner-only rights; returns the file."""
    if not value.isascii() or any(c.isspace() or c in "\"'\\" for c in value):
        raise SettingsError("That does not look like a key: it holds spaces or quotes. Paste the key alone.")
    path = home / SECRETS
    home.mkdir(parents=True, exist_ok=True)
    kept = {**read_toml(path), name: value}
    files.write_private_file(path, "".join(f'{key} = "{text}"\n' for key, text in sorted(kept.items())).encode())
    return path


def read_toml(path: Path) -> dict[str, Any]:
    """What a settings file says, as TOML has it; nothing where there is none.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        return tomllib.loads(decompression.read_bounded_file(path, LARGEST).decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):  # the store says what is wrong with the folder
        return {}
    except (OSError, TooLarge, zlib.error, RecursionError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = "it is not valid TOML" if path.name == SECRETS else str(error)
        raise SettingsError(f"{path} cannot be read: {reason}. Correct or delete the file.") from None


def _load_api_keys(home: Path, environ: Mapping[str, str]) -> dict[str, str]:
    path = home / SECRETS
    if path.exists() and sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsError(f"{path} can be read by others. Run: chmod 600 {path}")
    keys = {str(k): str(v) for k, v in read_toml(path).items()}
    named = {n.removeprefix("FINDER_").lower(): v.strip() for n, v in environ.items() if _is_key_variable(n)}
    return {**keys, **{name: value for name, value in named.items() if value}}


def _is_key_variable(variable: str) -> bool:
    return variable == _PASSWORD or (variable.startswith("FINDER_") and variable.endswith("_KEY"))


def _merge_source_settings(file: Mapping[str, SourceSettings], environ: Mapping[str, str]) -> dict[str, SourceSettings]:
    sources = dict(file)
    for variable, value in environ.items():
        if variable.startswith("FINDER_") and variable.endswith("_URL") and value:
            name = variable[len("FINDER_") : -len("_URL")].lower()
            sources[name] = msgspec.structs.replace(sources.get(name, SourceSettings()), url=value)
    for name, source in sources.items():
        if source.url and not source.url.startswith(("http://", "https://")):
            where = f"FINDER_{name.upper()}_URL must start with http:// or https://"
            raise SettingsError(f"{where}. It is set there, or as url of {name} in finder.toml.")
    return sources


def _switch_off_sources(sources: Mapping[str, SourceSettings], environ: Mapping[str, str]) -> dict[str, SourceSettings]:
    """The sources with those off that ``FINDER_SOURCES_OFF`` names, whatever the file says: ``nsf,ukri``."""
    names = [name.strip().lower() for name in environ.get("FINDER_SOURCES_OFF", "").split(",") if name.strip()]
    off = {name: msgspec.structs.replace(sources.get(name, SourceSettings()), enabled=False) for name in names}
    return {**sources, **off}


def _merge_semantic_settings(file: SemanticSettings, environ: Mapping[str, str]) -> SemanticSettings:
    use = environ.get("FINDER_SEMANTIC") or file.use
    if use not in ("auto", "off"):
        raise SettingsError(f"FINDER_SEMANTIC must be auto or off, not {use}")
    return msgspec.structs.replace(file, use=use)


def _half_life_setting(environ: Mapping[str, str], variable: str, default: float) -> float:
    try:
        value = float(environ.get(variable) or default)
    except ValueError:
        raise SettingsError(f"{variable} must be a number, such as {default}") from None
    if not 0.1 <= value <= 100:
        raise SettingsError(f"half_life_years must lie between 0.1 and 100, not {value}")
    return value

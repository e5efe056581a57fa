"""What the doctor looks at around the record: folder, space, settings, keys, clock, and what was left lying about."""

from __future__ import annotations

import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from finder import api_keys, clock
from finder import settings as settings_module
from finder.auth_policy import CLIENT, COOKIE
from finder.encoder import EncoderError
from finder.encoder.encoder_choice import choose_encoder
from finder.errors import SettingsError
from finder.ingest import board_crawler
from finder.maintenance.findings import Finding, format_bytes, note_finding, ok_finding, problem_finding
from finder.ranking.advisor_score import PARTS
from finder.resolution import work_vectors
from finder.settings import PASSWORD, SECRETS, Settings
from finder.source import Source
from finder.storage import Store, sqlite_backup
from finder.storage.database import FILE

MIN_FREE_BYTES = 200_000_000
"""Bytes that should be free, whatever the store's size."""
MAX_LOG_BYTES = 50_000_000
EARLIEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows a day before this program was made, …"""
LATEST_CLOCK = datetime(2100, 1, 1, tzinfo=UTC)
"""… and no machine runs it that long."""


def environment_findings(home: Path, sources: Mapping[str, Source], now: datetime) -> Iterator[Finding]:
    """All that can be told without the record."""
    yield from _folder_findings(home)
    if home.is_dir():
        yield from _disk_space_findings(home)
        yield from _leftover_findings(home)
    yield from _machine_clock_findings(now)
    yield from _settings_findings(home, sources)


def _folder_findings(home: Path) -> Iterator[Finding]:
    if not home.exists():
        yield note_finding("folder", f"{home} is not there yet; the first command that stores something makes it.")
        return
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        remedy = f"Give yourself the right to write there, or set FINDER_HOME. It belongs to user {home.stat().st_uid}."
        yield problem_finding("folder", f"{home} cannot be written: {error.strerror}.", remedy)
        return
    if sys.platform != "win32" and stat.S_IMODE(home.stat().st_mode) & 0o077:
        remedy = f"chmod 700 {home}, or finder doctor --mend"
        yield note_finding("folder", f"{home} can be read by other users of this machine.", remedy, "rights")
    else:
        yield ok_finding("folder", f"{home} can be written, by you alone.")


def _disk_space_findings(home: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(home).free
    file = home / FILE
    needed = max(MIN_FREE_BYTES, 2 * file.stat().st_size if file.exists() else 0)
    if free < needed:
        remedy = f"Free {format_bytes(needed - free)}, or move the folder and set FINDER_HOME."
        yield problem_finding(
            "space", f"{format_bytes(free)} are free; to copy the store and go on takes {format_bytes(needed)}.", remedy
        )
    else:
        yield ok_finding("space", f"{format_bytes(free)} are free.")


def leftover_paths(home: Path) -> list[Path]:
    """What a crash left half done. Whoever works on such a thing now began within the hour."""
    found = [*home.glob("*.part"), *home.glob("*.part-*"), *home.glob(f"{FILE}.new")]
    return [path for path in found if clock.utc_now().timestamp() - path.stat().st_mtime > 3600]


def _leftover_findings(home: Path) -> Iterator[Finding]:
    if parts := leftover_paths(home):
        remedy = "finder doctor --mend deletes them."
        yield note_finding(
            "left over", f"{len(parts)} things were left half done, such as {parts[0].name}.", remedy, "parts"
        )
    if kept := sqlite_backup.list_store_copies(home / FILE):
        total = format_bytes(sum(copy.stat().st_size for copy in kept))
        remedy = "Delete them when you no longer need them; they hold the people that the store held then."
        yield note_finding(
            "copies", f"{len(kept)} copies of former stores take {total}: {', '.join(c.name for c in kept)}.", remedy
        )
    logs = sum(file.stat().st_size for file in (home / "logs").glob("*.log")) if (home / "logs").is_dir() else 0
    if logs > MAX_LOG_BYTES:
        yield note_finding("logs", f"The logs take {format_bytes(logs)}.", f"They can be deleted: {home / 'logs'}")


def _machine_clock_findings(now: datetime) -> Iterator[Finding]:
    if not EARLIEST_CLOCK <= now <= LATEST_CLOCK:
        yield problem_finding(
            "clock", f"This machine thinks it is {now:%Y-%m-%d}.", "Set its clock; what is due rests on it."
        )


def _settings_findings(home: Path, sources: Mapping[str, Source]) -> Iterator[Finding]:
    secrets = home / SECRETS
    loose = secrets.exists() and sys.platform != "win32" and stat.S_IMODE(secrets.stat().st_mode) & 0o077
    if loose:
        yield problem_finding(
            "keys", f"{secrets} can be read by others.", f"chmod 600 {secrets}, or finder doctor --mend", "rights"
        )
        return
    try:
        settings = settings_module.load_settings(home)
        board_crawler.load_boards(settings)
    except SettingsError as error:
        yield problem_finding("settings", str(error), "finder.toml is explained in the README.")
        return
    yield from _setting_name_findings(settings, sources)
    yield from _network_findings(settings)
    yield from _key_findings(settings, sources)
    yield _encoder_finding(home)


def _encoder_finding(home: Path) -> Finding:
    choice = choose_encoder(home)
    if choice.encoder is None:
        told = f"Works are compared by their words alone: {choice.why}."
        return (
            problem_finding("semantic", told, "docs/semantic.md tells what it takes.")
            if choice.wrong
            else ok_finding("semantic", told)
        )
    try:
        choice.encoder.load()
    except EncoderError as error:
        return problem_finding("semantic", f"Works are compared by their words alone. {error}", choice.encoder.remedy)
    return ok_finding("semantic", f"Works are compared by what they mean, too: {choice.encoder.name}.")


def embedding_findings(store: Store) -> Iterator[Finding]:
    """How much of what is stored the encoder has read."""
    try:
        encoder, snapshot = choose_encoder(store.home).encoder, store.snapshots.snapshot_or_none()
    except SettingsError:  # said by itself
        return
    if encoder is None or snapshot is None:
        return
    share = work_vectors.vector_coverage(store, snapshot, encoder)
    told = f"{share['titles']:.0%} of the titles and {share['texts']:.0%} of the abstracts are read by {encoder.name}."
    if min(share.values()) < 1:
        yield note_finding("semantic", told, "This goes on in the background; to do it now: finder semantic encode")
    else:
        yield ok_finding("semantic", told)


def _setting_name_findings(settings: Settings, sources: Mapping[str, Source]) -> Iterator[Finding]:
    strange = sorted(set(settings.sources) - set(sources))
    known = {source.card.key_name for source in sources.values()} | {PASSWORD, CLIENT, COOKIE}
    odd = sorted(set(settings.keys) - known)
    parts = sorted(set(settings.weights) - set(PARTS))
    if strange:
        remedy = f"Correct finder.toml or FINDER_…_URL. Sources are: {', '.join(sorted(sources))}."
        yield problem_finding("settings", f"There is no source called {', '.join(strange)}.", remedy)
    if parts:
        yield problem_finding(
            "settings", f"There is no part called {', '.join(parts)}.", f"Parts are: {', '.join(PARTS)}."
        )
    if odd:
        remedy = f"Correct {SECRETS} or FINDER_…_KEY. Keys are: {', '.join(sorted(filter(None, known)))}."
        yield note_finding("keys", f"Nothing takes a key called {', '.join(odd)}.", remedy)
    if not strange and not parts:
        yield ok_finding("settings", "They are understood.")


def _network_findings(settings: Settings) -> Iterator[Finding]:
    """Through which proxy hosts are asked, and whose certificates are trusted."""
    out, remedy = settings.out, "docs/running.md tells how to set a proxy, and certificates."
    wrong = [*out.proxy_faults()]
    if out.ca and not Path(out.ca).expanduser().exists():
        wrong.append(f"{out.ca_origin}: there are no certificates at {out.ca}.")
    yield from (problem_finding("network", told, remedy) for told in wrong)
    if not wrong:
        yield ok_finding("network", out.describe())


def _key_findings(settings: Settings, sources: Mapping[str, Source]) -> Iterator[Finding]:
    wanted = [
        s.card for n, s in sources.items() if s.card.key_name and settings.is_source_enabled(n, s.card.default_on)
    ]
    missing = [card for card in wanted if not settings.keys.get(card.key_name or "")]
    for card in missing:
        yield note_finding("keys", f"There is no key for {card.title}.", f"{card.key_help} Then: finder setup")
    if wanted and not missing:
        yield ok_finding("keys", f"There is a key for {', '.join(card.title for card in wanted)}.")
    yield from _key_destination_findings(settings, sources)


def _key_destination_findings(settings: Settings, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Where each key would go, were it used now."""
    done: set[str | None] = set()  # two sources may share a key
    for source in sources.values():
        card = source.card
        if said := api_keys.key_withheld_reason(settings, card):
            done.add(card.key_name)
            yield problem_finding(
                "keys", f"{card.key_name}: {said.partition('. If ')[0]}.", f"If {said.partition('. If ')[2]}"
            )
        elif card.key_name and settings.keys.get(card.key_name) and card.key_name not in done:
            done.add(card.key_name)
            to = api_keys.key_destination(settings, card)
            yield ok_finding("keys", f"{card.key_name} goes to {to.host} ({to.why}), and nowhere else.")
    server, login = settings.mail.host if settings.mail else "", settings.dashboard.oidc_url
    others = {
        PASSWORD: f"goes to the mail server {server}" if server else "goes nowhere: no [mail] is set",
        CLIENT: f"goes to {login}" if login else "goes nowhere: no login is set",
        COOKIE: "signs cookies here, and goes nowhere",
    }
    for name, told in others.items():
        if settings.keys.get(name):
            yield ok_finding("keys", f"{name} {told}.")


def source_pause_findings(store: Store, sources: Mapping[str, Source], now: datetime) -> Iterator[Finding]:
    """Sources that are not asked for a while."""
    for name, source in sources.items():
        if held := store.budgets.active_suspension(name, now.strftime("%Y-%m-%dT%H:%M:%SZ")):
            until, reason = held
            remedy = "Wait, or change what it complained about and run: finder setup"
            yield note_finding("sources", f"{source.card.title} is not asked before {until[:16]}: {reason}.", remedy)

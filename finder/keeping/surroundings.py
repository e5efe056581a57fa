"""What the doctor looks at around the record: folder, space, settings, keys, clock, and what was left lying about."""

from __future__ import annotations

import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from finder import clock, keys, sweep
from finder import settings as settings_module
from finder.encoder import NotAnEncoder
from finder.encoder.choice import chosen
from finder.errors import SettingsError
from finder.keeping.findings import Finding, fine, note, problem, size
from finder.rank.advisors import PARTS
from finder.resolve import vectors
from finder.serving import CLIENT, COOKIE
from finder.settings import PASSWORD, SECRETS, Settings
from finder.source import Source
from finder.store import Store, copies
from finder.store.database import FILE

LEAST = 200_000_000
"""Bytes that should be free, whatever the store's size."""
MUCH_LOG = 50_000_000
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows a day before this program was made, …"""
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""… and no machine runs it that long."""


def look(home: Path, sources: Mapping[str, Source], now: datetime) -> Iterator[Finding]:
    """All that can be told without the record."""
    yield from _folder(home)
    if home.is_dir():
        yield from _space(home)
        yield from _left(home)
    yield from _clock(now)
    yield from _settings(home, sources)


def _folder(home: Path) -> Iterator[Finding]:
    if not home.exists():
        yield note("folder", f"{home} is not there yet; the first command that stores something makes it.")
        return
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        remedy = f"Give yourself the right to write there, or set FINDER_HOME. It belongs to user {home.stat().st_uid}."
        yield problem("folder", f"{home} cannot be written: {error.strerror}.", remedy)
        return
    if sys.platform != "win32" and stat.S_IMODE(home.stat().st_mode) & 0o077:
        remedy = f"chmod 700 {home}, or finder doctor --mend"
        yield note("folder", f"{home} can be read by other users of this machine.", remedy, "rights")
    else:
        yield fine("folder", f"{home} can be written, by you alone.")


def _space(home: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(home).free
    file = home / FILE
    needed = max(LEAST, 2 * file.stat().st_size if file.exists() else 0)
    if free < needed:
        remedy = f"Free {size(needed - free)}, or move the folder and set FINDER_HOME."
        yield problem("space", f"{size(free)} are free; to copy the store and go on takes {size(needed)}.", remedy)
    else:
        yield fine("space", f"{size(free)} are free.")


def left_over(home: Path) -> list[Path]:
    """What a crash left half done. Whoever works on such a thing now began within the hour."""
    found = [*home.glob("*.part"), *home.glob("*.part-*"), *home.glob(f"{FILE}.new")]
    return [path for path in found if clock.now().timestamp() - path.stat().st_mtime > 3600]


def _left(home: Path) -> Iterator[Finding]:
    if parts := left_over(home):
        remedy = "finder doctor --mend deletes them."
        yield note("left over", f"{len(parts)} things were left half done, such as {parts[0].name}.", remedy, "parts")
    if kept := copies.kept(home / FILE):
        total = size(sum(copy.stat().st_size for copy in kept))
        remedy = "Delete them when you no longer need them; they hold the people that the store held then."
        yield note(
            "copies", f"{len(kept)} copies of former stores take {total}: {', '.join(c.name for c in kept)}.", remedy
        )
    logs = sum(file.stat().st_size for file in (home / "logs").glob("*.log")) if (home / "logs").is_dir() else 0
    if logs > MUCH_LOG:
        yield note("logs", f"The logs take {size(logs)}.", f"They can be deleted: {home / 'logs'}")


def _clock(now: datetime) -> Iterator[Finding]:
    if not MADE <= now <= LATEST:
        yield problem("clock", f"This machine thinks it is {now:%Y-%m-%d}.", "Set its clock; what is due rests on it.")


def _settings(home: Path, sources: Mapping[str, Source]) -> Iterator[Finding]:
    secrets = home / SECRETS
    loose = secrets.exists() and sys.platform != "win32" and stat.S_IMODE(secrets.stat().st_mode) & 0o077
    if loose:
        yield problem(
            "keys", f"{secrets} can be read by others.", f"chmod 600 {secrets}, or finder doctor --mend", "rights"
        )
        return
    try:
        settings = settings_module.load(home)
        sweep.known(settings)
    except SettingsError as error:
        yield problem("settings", str(error), "finder.toml is explained in the README.")
        return
    yield from _unknown(settings, sources)
    yield from _network(settings)
    yield from _keys(settings, sources)
    yield _encoder(home)


def _encoder(home: Path) -> Finding:
    choice = chosen(home)
    if choice.encoder is None:
        told = f"Works are compared by their words alone: {choice.why}."
        return (
            problem("semantic", told, "docs/semantic.md tells what it takes.")
            if choice.wrong
            else fine("semantic", told)
        )
    try:
        choice.encoder.load()
    except NotAnEncoder as error:
        return problem("semantic", f"Works are compared by their words alone. {error}", choice.encoder.remedy)
    return fine("semantic", f"Works are compared by what they mean, too: {choice.encoder.name}.")


def encoded(store: Store) -> Iterator[Finding]:
    """How much of what is stored the encoder has read."""
    try:
        encoder, snapshot = chosen(store.home).encoder, store.snapshots.latest()
    except SettingsError:  # said by itself
        return
    if encoder is None or snapshot is None:
        return
    share = vectors.share(store, snapshot, encoder)
    told = f"{share['titles']:.0%} of the titles and {share['texts']:.0%} of the abstracts are read by {encoder.name}."
    if min(share.values()) < 1:
        yield note("semantic", told, "This goes on in the background; to do it now: finder semantic encode")
    else:
        yield fine("semantic", told)


def _unknown(settings: Settings, sources: Mapping[str, Source]) -> Iterator[Finding]:
    strange = sorted(set(settings.sources) - set(sources))
    known = {source.card.key_name for source in sources.values()} | {PASSWORD, CLIENT, COOKIE}
    odd = sorted(set(settings.keys) - known)
    parts = sorted(set(settings.weights) - set(PARTS))
    if strange:
        remedy = f"Correct finder.toml or FINDER_…_URL. Sources are: {', '.join(sorted(sources))}."
        yield problem("settings", f"There is no source called {', '.join(strange)}.", remedy)
    if parts:
        yield problem("settings", f"There is no part called {', '.join(parts)}.", f"Parts are: {', '.join(PARTS)}.")
    if odd:
        remedy = f"Correct {SECRETS} or FINDER_…_KEY. Keys are: {', '.join(sorted(filter(None, known)))}."
        yield note("keys", f"Nothing takes a key called {', '.join(odd)}.", remedy)
    if not strange and not parts:
        yield fine("settings", "They are understood.")


def _network(settings: Settings) -> Iterator[Finding]:
    """Through which proxy hosts are asked, and whose certificates are trusted."""
    out, remedy = settings.out, "docs/running.md tells how to set a proxy, and certificates."
    wrong = [*out.faults()]
    if out.ca and not Path(out.ca).expanduser().exists():
        wrong.append(f"{out.ca_origin}: there are no certificates at {out.ca}.")
    yield from (problem("network", told, remedy) for told in wrong)
    if not wrong:
        yield fine("network", out.describe())


def _keys(settings: Settings, sources: Mapping[str, Source]) -> Iterator[Finding]:
    wanted = [s.card for n, s in sources.items() if s.card.key_name and settings.enabled(n, s.card.default_on)]
    missing = [card for card in wanted if not settings.keys.get(card.key_name or "")]
    for card in missing:
        yield note("keys", f"There is no key for {card.title}.", f"{card.key_help} Then: finder setup")
    if wanted and not missing:
        yield fine("keys", f"There is a key for {', '.join(card.title for card in wanted)}.")
    yield from _destinations(settings, sources)


def _destinations(settings: Settings, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Where each key would go, were it used now."""
    for source in sources.values():
        card = source.card
        if said := keys.withheld(settings, card):
            yield problem("keys", f"{card.key_name}: {said.partition('. If ')[0]}.", f"If {said.partition('. If ')[2]}")
        elif card.key_name and settings.keys.get(card.key_name):
            to = keys.destination(settings, card)
            yield fine("keys", f"{card.key_name} goes to {to.host} ({to.why}), and nowhere else.")
    server, login = settings.mail.host if settings.mail else "", settings.dashboard.oidc_url
    others = {
        PASSWORD: f"goes to the mail server {server}" if server else "goes nowhere: no [mail] is set",
        CLIENT: f"goes to {login}" if login else "goes nowhere: no login is set",
        COOKIE: "signs cookies here, and goes nowhere",
    }
    for name, told in others.items():
        if settings.keys.get(name):
            yield fine("keys", f"{name} {told}.")


def parked(store: Store, sources: Mapping[str, Source], now: datetime) -> Iterator[Finding]:
    """Sources that are not asked for a while."""
    for name, source in sources.items():
        if held := store.budgets.parked(name, now.strftime("%Y-%m-%dT%H:%M:%SZ")):
            until, reason = held
            remedy = "Wait, or change what it complained about and run: finder setup"
            yield note("sources", f"{source.card.title} is not asked before {until[:16]}: {reason}.", remedy)

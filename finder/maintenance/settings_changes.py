"""Settings that come out of a backup: what they would change, and which of that wants a yes of its own. Pure."""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HARMLESS = (("half_life_years",), ("weights",), ("me", "people"), ("semantic", "use"))
"""What only changes answers. All else says where data or keys go, who gets in, what is asked or what is deleted."""
EVERYTHING = "all"
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")

Path = tuple[str, ...]


@dataclass(frozen=True)
class SettingChange:
    """One setting that the backup has otherwise.

    Attributes:
        before, after: as TOML values; None where it is not set.
    """

    path: Path
    before: Any
    after: Any

    @property
    def name(self) -> str:
        """As a user names it: ``sources.openalex.url``."""
        return ".".join(map(_toml_key, self.path))

    @property
    def needs_confirmation(self) -> bool:
        """Whether it is never taken along with others."""
        return not any(self.path[: len(known)] == known for known in HARMLESS)

    def describe(self) -> str:
        """In a line."""
        before, after = ("not set" if value is None else _toml_value(value) for value in (self.before, self.after))
        return f"{self.name}: {before} → {after}"


def diff_settings(here: Mapping[str, Any], there: Mapping[str, Any]) -> list[SettingChange]:
    """What taking the settings of ``there`` would change here, setting by setting."""
    old, new = dict(_setting_leaves(here)), dict(_setting_leaves(there))
    return [
        SettingChange(path, old.get(path), new.get(path))
        for path in dict.fromkeys([*old, *new])
        if _toml_value(old.get(path)) != _toml_value(new.get(path))
    ]


def select_changes(offered: Sequence[SettingChange], names: Collection[str]) -> list[SettingChange]:
    """Those that a user's words mean: a setting, a section of them, or all."""
    return [
        one
        for one in offered
        if any(name in (EVERYTHING, one.name) or one.name.startswith(f"{name}.") for name in names)
    ]


def apply_changes(here: Mapping[str, Any], taken: Sequence[SettingChange]) -> dict[str, Any]:
    """The settings after these changes."""
    result: dict[str, Any] = copy.deepcopy(dict(here))
    for one in taken:
        table = result
        for part in one.path[:-1]:
            inner = table.get(part)
            table[part] = table = inner if isinstance(inner, dict) else {}
        table.pop(one.path[-1], None)
        if one.after is not None:
            table[one.path[-1]] = one.after
    return result


def format_toml(settings: Mapping[str, Any]) -> str:
    """Settings as a file.

    >>> print(format_toml({"contact": "Ada", "sources": {"dblp": {"enabled": True}}}), end="")
    contact = "Ada"
    <BLANKLINE>
    [sources.dblp]
    enabled = true
    """
    return "\n".join(_toml_table((), settings)).lstrip("\n") + "\n"


def _toml_table(path: Path, table: Mapping[str, Any]) -> Iterator[str]:
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    if path and plain:
        yield f"\n[{'.'.join(map(_toml_key, path))}]"
    yield from (f"{_toml_key(key)} = {_toml_value(value)}" for key, value in plain.items())
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _toml_table((*path, key), value)


def _setting_leaves(table: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _setting_leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _toml_key(name: str) -> str:
    return name if name and _BARE.issuperset(name) else _toml_value(name)


def _toml_value(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml_key(key)} = {_toml_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml_value, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    # a text of JSON is one of TOML, but for this one sign
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else str(value)

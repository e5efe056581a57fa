"""Everything that can go wrong, as one tree. Each error carries its remedy in the message.

FinderError
├── UsageError               what was typed cannot be done (exit code 2)
├── SettingsError            finder.toml or an environment variable is wrong
├── ScheduleError            this machine's scheduler cannot be used
├── MailError                a mail server did not take a digest
├── EngineError              DuckDB or Spark could not be started, or gave up
├── StoreError               the data folder cannot be read or written
│   ├── StoreTooNew          it was written by a newer finder
│   ├── AlreadyRunning       another process is at it already, and that is enough
│   ├── LockLost             this process stood still, and another one took over
│   ├── InvalidBackup        a file to restore is damaged, or no backup of the finder
│   └── EmptyStore           nothing is stored yet that could answer
│       └── SnapshotUnusable it is stored, but what answers read is damaged or of another version of the finder
└── SourceError              a source could not answer; the others go on
    ├── SourceUnreachable    network, timeout, too many redirects, 5xx to the end
    ├── SourceBlocked        a challenge page, a login page, 401/403 or robots.txt: stop asking
    │   └── KeyRefused       a key is wanted, or the one given is not accepted (401)
    ├── QuotaExceeded        today's allowance is used up; carries when it resets
    ├── PaidPlanRequired     the service wants a paid plan for this call: never ask again
    ├── NotFound             the source does not know what was asked for (404, 410)
    ├── NotRecorded          offline or replay mode, and this reply is not kept
    ├── TooLarge             a file holds more than is read of one
    └── UnexpectedFormat     the answer is not what the parser understands
"""

from __future__ import annotations


class FinderError(Exception):
    """Root of all errors whose message may be shown to a user as it is."""


class UsageError(FinderError):
    """What was typed cannot be done."""


class SettingsError(FinderError):
    """finder.toml or a FINDER_* variable is wrong."""


class ScheduleError(FinderError):
    """This machine's scheduler cannot be used."""


class MailError(FinderError):
    """The user's mail server did not take a digest."""


class EngineError(FinderError):
    """An engine that ranking was to run on could not be started, or gave up."""


class StoreError(FinderError):
    """The data folder cannot be read or written."""


class StoreTooNew(StoreError):
    """The store was written by a newer finder."""


class AlreadyRunning(StoreError):
    """Another process is at it already."""


class LockLost(StoreError):
    """Another process took over, because this one stood still."""


class InvalidBackup(StoreError):
    """A file to restore is damaged, or no backup of the finder."""


class EmptyStore(StoreError):
    """Nothing is stored yet that could answer."""


class SnapshotUnusable(EmptyStore):
    """Something is stored, but what answers read is damaged or of another version of the finder."""


class SourceError(FinderError):
    """A source could not answer.

    Attributes:
        url: what was asked, without its key; empty when nothing was asked.
    """

    def __init__(self, message: str, url: str = "") -> None:
        super().__init__(message)
        self.url = url

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (str(self), self.url)


class SourceUnreachable(SourceError):
    """No usable answer after all retries."""


class SourceBlocked(SourceError):
    """The source refuses us: challenge page, login, 401/403 or robots.txt."""


class KeyRefused(SourceBlocked):
    """The source wants a key, or does not accept the one it was given."""


class QuotaExceeded(SourceError):
    """Today's allowance is used up.

    Attributes:
        resets_in: seconds until the source says it answers again.
    """

    def __init__(self, message: str, url: str = "", resets_in: int = 0) -> None:
        super().__init__(message, url)
        self.resets_in = resets_in

    def __reduce__(self) -> tuple[type, tuple[str, str, int]]:  # type: ignore[override]
        return type(self), (str(self), self.url, self.resets_in)


class PaidPlanRequired(SourceError):
    """The call needs a paid plan."""


class NotFound(SourceError):
    """The source does not know what was asked for."""


class NotRecorded(SourceError):
    """Offline or replay mode, and this reply is not kept."""


class TooLarge(SourceError):
    """A file holds more than is read of one."""


class UnexpectedFormat(SourceError):
    """The answer is not what the parser understands."""

"""How often a host may be asked, shared by all processes of a data folder."""

from __future__ import annotations

import asyncio
import hashlib
import math
import sqlite3
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from filelock import FileLock
from pyrate_limiter import Rate, RateItem, SQLiteBucket

from finder.errors import StoreError

FILE = "pace.sqlite"
WINDOW_SECONDS = 0.2
MARGIN = 1.05  # requests bunch up on their way: leave the host some room
FORGET_MS = 3_600_000
NOTABLE = 1.0

Sleep = Callable[[float], Awaitable[object]]


def request_rate(per_second: float) -> Rate:
    """So many requests a second, as a whole number in a short window: a full second at once would look like a burst."""
    limit = max(1, math.floor(per_second * WINDOW_SECONDS))
    return Rate(limit, math.ceil(1000 * limit / per_second * MARGIN))


class HostRateLimiter:
    """Tokens by host. All work on the file is done in one thread of its own, away from the event loop."""

    def __init__(self, home: Path, sleep: Sleep, now: Callable[[], float] = time.time) -> None:
        self._path = home / FILE
        self._sleep = sleep
        self._now = now
        self._lock = FileLock(self._path.with_suffix(".lock"))
        self._db: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pace")

    async def wait_for_token(
        self, host: str, per_second: float, on_wait: Callable[[float], object] = lambda _: None
    ) -> None:
        """Wait for a token of this host; ``on_wait`` hears of the first wait that a person would notice."""
        loop = asyncio.get_running_loop()
        told = False
        while wait := await loop.run_in_executor(self._thread, self._try_take_token, host, per_second):
            if wait >= NOTABLE and not told:
                told = True
                on_wait(wait)
            await self._sleep(wait)

    def close(self) -> None:
        """Let go of the file."""
        self._thread.submit(lambda: self._db and self._db.close()).result()
        self._thread.shutdown()

    def _try_take_token(self, host: str, per_second: float) -> float:
        """Take a token: 0, or after how many seconds to ask again."""
        try:
            with self._lock:
                bucket = self._host_bucket(host, per_second)
                item = RateItem(host, int(self._now() * 1000))
                return 0.0 if bucket.put(item) else max(1, int(bucket.waiting(item))) / 1000  # type: ignore[arg-type]
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{self._path} cannot be used ({error}). Delete it; it only counts requests.") from None

    def _host_bucket(self, host: str, per_second: float) -> SQLiteBucket:
        if self._db is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._path, check_same_thread=False)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = off")  # after a power cut everybody has waited long enough
        table = f"host_{hashlib.sha256(host.encode()).hexdigest()[:16]}"
        self._db.execute(f"create table if not exists {table} (name varchar, item_timestamp integer)")
        self._db.execute(f"create index if not exists {table}_time on {table} (item_timestamp)")
        forget = f"delete from {table} where item_timestamp < ?"  # noqa: S608 - the name is hexadecimal
        now = int(self._now() * 1000)
        self._db.execute(forget, (now - FORGET_MS,))
        # nobody may wait for a time to come that only a wrong clock has seen
        ahead = f"update {table} set item_timestamp = ? where item_timestamp > ?"  # noqa: S608 - as above
        self._db.execute(ahead, (now, now))
        self._db.commit()
        return SQLiteBucket([request_rate(per_second)], self._db, table, lock=self._lock)

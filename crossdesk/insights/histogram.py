"""Durations in log buckets of 1 %: small, and they add, which medians do not."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

GROWTH = 1.01  # each bucket ends 1 % above the last: its middle is within 0.5 % of all that it holds
_LOG = math.log(GROWTH)
_ENTRY = np.dtype([("bucket", "<u2"), ("times", "<u4")])


def bucket_of(seconds: float) -> int:
    """Bucket 0 holds everything below one second; bucket k holds GROWTH**(k-1) up to GROWTH**k seconds."""
    return 0 if seconds < 1 else int(math.log(seconds) / _LOG) + 1


def middle_of(bucket: int) -> float:
    """The geometric middle of a bucket in seconds; 0 for the first."""
    return 0.0 if bucket == 0 else math.exp((bucket - 0.5) * _LOG)


@dataclass(slots=True)
class Histogram:
    """How often each bucket was met. Also holds differences, with times below 0, while facts are applied."""

    times: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Iterable[float]) -> "Histogram":
        """A histogram of durations in seconds."""
        made = cls()
        for value in values:
            made.add(value)
        return made

    @classmethod
    def merged(cls, blobs: Iterable[bytes]) -> "Histogram":
        """The sum of many stored histograms, in one pass of numpy."""
        entries = np.frombuffer(b"".join(blobs), dtype=_ENTRY)
        sums = np.bincount(entries["bucket"], weights=entries["times"])
        return cls({int(bucket): int(sums[bucket]) for bucket in np.flatnonzero(sums)})

    @property
    def n(self) -> int:
        """How many durations it holds."""
        return sum(self.times.values())

    def add(self, seconds: float, times: int = 1) -> None:
        """Count one duration; times -1 takes it out again."""
        bucket = bucket_of(seconds)
        self.times[bucket] = self.times.get(bucket, 0) + times

    def merge(self, other: "Histogram") -> None:
        """Add what another one holds."""
        for bucket, times in other.times.items():
            self.times[bucket] = self.times.get(bucket, 0) + times

    def quantile(self, share: float) -> float | None:
        """The duration with rank ceil(share * n), within 1 %, in seconds. None when it holds nothing."""
        rank = max(1, math.ceil(share * self.n))
        for bucket in sorted(self.times):
            rank -= self.times[bucket]
            if rank <= 0:
                return middle_of(bucket)
        return None

    def to_bytes(self) -> bytes:
        """Six bytes for each bucket that holds something, lowest first."""
        met = sorted((bucket, times) for bucket, times in self.times.items() if times)
        return np.array(met, dtype=_ENTRY).tobytes()

    @classmethod
    def from_bytes(cls, blob: bytes) -> "Histogram":
        """What `to_bytes` wrote."""
        return cls({int(bucket): int(times) for bucket, times in np.frombuffer(blob, dtype=_ENTRY)})

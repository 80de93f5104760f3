"""How many threads are worth having for matrix products: the physical cores of the machine."""

from __future__ import annotations

import os
from pathlib import Path


def physical_cores(topology: Path = Path("/sys/devices/system/cpu")) -> int | None:
    """The cores this process may use; None where the system does not say.

    Two threads of one core share what matrix products are limited by.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    cores = set()
    for cpu in os.sched_getaffinity(0):
        siblings = topology / f"cpu{cpu}/topology/thread_siblings_list"
        cores.add(siblings.read_text().strip() if siblings.exists() else str(cpu))
    return len(cores)


def threads() -> int | None:
    """What the user asked for in `OMP_NUM_THREADS` (of `4,2`, the first), else the physical cores."""
    given = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return int(given) if given.isdecimal() and int(given) > 0 else physical_cores()

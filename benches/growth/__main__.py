#!/usr/bin/env python3
"""Doubles inputs and prints how user time grows: python3 benches/growth [PART OF A NAME…]. README.md beside it says more."""
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

from shapes import SHAPES

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("DATELINE", str(ROOT / "target/release/dateline"))
WORK = Path(os.environ.get("WORK", "/tmp/dateline-growth"))
# The most that time may grow by as the input doubles, and the time that is long enough to say so.
MOST = float(os.environ.get("MOST", "2.6"))
LONG = float(os.environ.get("LONG", "0.4"))
# Seconds after which a run fails.
BOUND = int(os.environ.get("BOUND", "20"))


def run(function, count):
    """User time of one run in a site of its own; `None` if it had to be stopped."""
    shutil.rmtree(WORK, ignore_errors=True)
    site = WORK / "site"
    (site / "content").mkdir(parents=True)
    (site / "dateline.yaml").write_text("title: Growth\nbase_url: https://growth.example/\n")
    arguments = [] if function is None else function(site, count)
    command = [PROGRAM, *(arguments or ["build"]), "--site", str(site), "--quiet", "--now", "2030-01-01T00:00:00Z"]
    stop = lambda: resource.setrlimit(resource.RLIMIT_CPU, (BOUND, BOUND))
    environment = {**os.environ, "RAYON_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, preexec_fn=stop)
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    # 0 and 1: it was built or read, or it was refused.
    return usage.ru_utime if code in (0, 1) else None if code < 0 else sys.exit(f"{' '.join(command)}: exit code {code}")


def growth(function, start, most, base):
    """The count at which time was long enough, its time, and how much longer than half of it took."""
    count, half, whole = start, None, run(function, start)
    while whole is not None and count * 2 <= most and (half is None or whole - base < LONG):
        count, half, whole = count * 2, whole, run(function, count * 2)
    for _ in range(6):
        if half is None or whole is None:
            return count, None, None
        # A tenth of the time that is long enough cannot be distinguished from zero.
        ratio = (whole - base) / max(half - base, LONG / 10)
        if ratio <= MOST:
            break
        # Other work on the machine only ever adds time, so the least of some runs counts.
        again = run(function, count // 2), run(function, count)
        half, whole = (None, None) if None in again else (min(half, again[0]), min(whole, again[1]))
    return count, whole, max(ratio, 0)


def main():
    wanted = sys.argv[1:]
    base = min(run(None, 0) for _ in range(3))
    bad, seen = [], 0
    print(f"{'ratio':>6} {'seconds':>8} {'count':>8}  shape ({base:.2f} s are those of an empty site)", flush=True)
    for name, (function, start, most) in SHAPES.items():
        if wanted and not any(part in name for part in wanted):
            continue
        seen += 1
        count, time, ratio = growth(function, start, most, base)
        verdict = "" if ratio is not None and ratio <= MOST else "  <-- too much"
        shown = f"{'-':>6} {'stopped':>8}" if ratio is None else f"{ratio:6.2f} {time:8.2f}"
        print(f"{shown} {count:8}  {name}{verdict}", flush=True)
        if verdict:
            bad.append(name)
    shutil.rmtree(WORK, ignore_errors=True)
    print(f"{seen} shapes, {len(bad)} of them grow by more than {MOST}" + "".join(f"\n  {name}" for name in bad))
    return 1 if bad or not seen else 0


sys.exit(main())

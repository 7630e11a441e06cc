"""Verdicts within bounds of time and memory, batches in parallel, and no process left behind."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from symact import processes as processes_module
from symact import verification as module
from symact.claims.files import Entry, misprints, textbook
from symact.errors import InputError, SymactError
from symact.parse import parse_claim
from symact.proof.verdict import Proved, Refuted, Undecided
from symact.recheck import check_record
from symact.testing import assert_proved, assert_refuted
from symact.verification import verify, verify_all, verify_entry

SLOW = "Abs(x*sigmoid(1.702*x) - gelu(x)) < 0.0203001"
ENDLESS = "gelu(gelu(gelu(x))) < gelu(gelu(x)) + 1/3"
ENTRIES = [
    Entry("tanh(x) == 2*sigmoid(2*x) - 1", id="true", truth=True),
    Entry("tanh(x) == 2*sigmoid(2*x) - 1.0000001", id="false", truth=True),
    Entry("relu(a*x) == a*relu(x)", assume=("a >= 0",), truth=True),
    Entry("tanh(x) =", id="unreadable"),
    Entry("relu(a*x) == a*relu(x)", truth=False),
]
NAMES = ["proved", "refuted", "proved", "undecided", "refuted"]


class Hog:
    """Takes 10 GB as it is read."""

    def __reduce__(self):
        return bytearray, (10**10,)


class Stranger:
    """Ends the process that reads it."""

    def __reduce__(self):
        return os._exit, (7,)


def test_one_claim():
    found = verify("tanh(x) == 2*sigmoid(2*x) - 1")
    assert isinstance(found, Proved)
    assert found
    assert found.certificate


def test_a_refutation_is_false_and_has_a_witness():
    found = verify("relu(x + y) == relu(x) + relu(y)")
    assert isinstance(found, Refuted)
    assert not found
    assert set(found.counterexample) == {"x", "y"}


def test_assumptions():
    assert verify("relu(a*x) == a*relu(x)", ["a >= 0"])
    assert isinstance(verify("relu(a*x) == a*relu(x)"), Refuted)


def test_a_claim_that_was_read():
    assert verify(parse_claim("odd(tanh(x), x)"))
    with pytest.raises(InputError, match="already has its assumptions"):
        verify(parse_claim("odd(tanh(x), x)"), ["x > 0"])


@pytest.mark.parametrize("wrong", ["tanh(x) =", "__import__('os')", "", "x", "x == 1 == 2"])
def test_what_is_no_claim_is_an_input_error(wrong):
    with pytest.raises(InputError):
        verify(wrong)


def test_contradicting_assumptions_are_an_input_error():
    with pytest.raises(InputError, match="contradict"):
        verify("a == 1", ["a > 0", "a < 0"])


def test_wrong_bounds_are_input_errors():
    for wrong in ({"timeout": 0}, {"timeout": float("nan")}, {"timeout": -1}, {"memory": 1000}):
        with pytest.raises(InputError):
            verify("x == x", **wrong)
    with pytest.raises(InputError, match="list"):
        verify("x == x", "x > 0")
    with pytest.raises(InputError, match="jobs"):
        verify_all(["x == x"], jobs=0)


def test_a_claim_that_takes_too_long_is_killed_and_the_next_is_decided():
    start = time.perf_counter()
    found = verify(SLOW, timeout=0.02)
    assert isinstance(found, Undecided)
    assert "not finished within 0.02 s" in found.reason
    assert time.perf_counter() - start < 15
    assert verify("sigmoid(-x) == 1 - sigmoid(x)")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system doesn't limit the memory of a process")
def test_too_much_memory_ends_one_claim_only():
    processes = processes_module.Processes()
    try:
        found, _ = processes.ask(Hog(), 20, 2**30)
        assert isinstance(found, Undecided)
        assert "memory limit of 1 GB" in found.reason
        found, _ = processes.ask(("x == x", ()), 20, 2**30)
        assert found
    finally:
        processes.close()


def test_a_process_that_dies_is_replaced():
    processes = processes_module.Processes()
    try:
        found, _ = processes.ask(Stranger(), 20, module.MEMORY)
        assert isinstance(found, Undecided)
        assert processes.ask(("x == x", ()), 20, module.MEMORY)[0]
    finally:
        processes.close()


def test_a_process_that_cannot_start_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    processes = processes_module.Processes()
    with pytest.raises(SymactError, match="did not start"):
        processes.ask(("x == x", ()), 20, module.MEMORY)


def test_a_batch_keeps_the_order_and_goes_on():
    results = list(verify_all(ENTRIES, jobs=2))
    assert [r.verdict.name for r in results] == NAMES
    assert [r.agrees for r in results] == [True, False, True, None, True]
    assert [r.error is None for r in results] == [True, True, True, False, True]
    assert [r.says for r in results] == [e.says for e in ENTRIES]
    assert all(r.seconds >= 0 for r in results)


def test_the_textbook_claims_and_their_certificates():
    results = list(verify_all([*textbook(), *misprints()]))
    assert [r.id for r in results if r.agrees is not True] == []
    for result in results:
        check_record(json.loads(json.dumps(result.to_json())))


def test_records_follow_the_contract():
    keys = ["id", "claim", "assume", "verdict", "method", "seconds", "counterexample", "reason", "certificate"]
    results = [r.to_json() for r in verify_all(ENTRIES[:2] + ENTRIES[3:4], jobs=1)]
    assert all(list(r) == keys for r in results)
    assert results[0]["counterexample"] is None
    assert results[0]["reason"] is None
    assert results[0]["certificate"]["verdict"] == "proved"
    assert set(results[1]["counterexample"]) == {"x"}
    assert results[2]["certificate"] is None
    assert results[2]["reason"]


def test_leaving_a_batch_early_ends_its_processes():
    start = time.perf_counter()
    batch = verify_all(["x == x", *[SLOW] * 6], jobs=2)
    assert next(batch).verdict
    batch.close()
    assert time.perf_counter() - start < 10
    assert not processes_module.shared()._busy
    assert not processes_module.shared()._idle
    assert verify("x == x")  # and others start again


def test_an_executor_of_threads_and_one_of_processes():
    with ThreadPoolExecutor(2) as threads:
        assert [r.verdict.name for r in verify_all(ENTRIES, executor=threads)] == NAMES
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        assert [r.verdict.name for r in verify_all(ENTRIES[:2], executor=processes)] == NAMES[:2]


def test_a_local_dask_cluster():
    distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")
    cluster = distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        assert [r.verdict.name for r in verify_all(ENTRIES, executor=client.get_executor())] == NAMES


def test_results_travel_between_machines():
    found = verify_entry(ENTRIES[1])
    assert pickle.loads(pickle.dumps(found)) == found


def children(mark):
    """The processes whose environment holds a mark."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            alive = (directory / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
            if alive and mark.encode() in (directory / "environ").read_bytes():
                found.append(int(directory.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_behind(how):
    mark = f"SYMACT_TEST_MARK={os.getpid()}-{how}"
    name, _, value = mark.partition("=")
    # a shell starts what runs in the background with SIGINT ignored
    code = f"""
import signal
import symact.verification
signal.signal(signal.SIGINT, signal.default_int_handler)
print(symact.verification.verify("x == x").name, flush=True)
list(symact.verification.verify_all([{ENDLESS!r}]*40, jobs=2, timeout=3))
"""
    script = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, name: value, "PYTHONPATH": str(Path(module.__file__).parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with script:
        assert script.stdout.readline().strip() == b"proved"
        time.sleep(1)
        assert len(children(mark)) >= 2
        script.send_signal(how)
        script.wait(20)
    end = time.monotonic() + 25
    while children(mark) and time.monotonic() < end:
        time.sleep(0.1)
    assert children(mark) == []


def test_assertions_for_other_tests():
    assert isinstance(assert_proved("relu(x) - relu(-x) == x"), Proved)
    assert isinstance(assert_refuted("odd(relu(x), x)"), Refuted)
    with pytest.raises(AssertionError, match=r"(?s)expected proved, got refuted.*counterexample: .*x = "):
        assert_proved("relu(x) == x")
    with pytest.raises(AssertionError, match=r"(?s)x > 0.*expected refuted, got proved.*method: "):
        assert_refuted("relu(x) == x", assume=["x > 0"])
    with pytest.raises(AssertionError, match=r"(?s)got undecided.*reason: not finished"):
        assert_proved(SLOW, timeout=0.02)
    with pytest.raises(InputError):
        assert_proved("relu(x)")

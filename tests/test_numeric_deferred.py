"""Loops are compiled when they are first called: one at a time, by one thread, and without a trace but for failures."""

import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from processor import processor

from symact.numeric.llvm import compiler
from symact.numeric.llvm.spec import Spec
from symact.numeric.llvm.target import PLAIN
from symact.numeric.llvm.ufunc import make
from symact.numeric.program import Program, Step, Steps

processor()


def made(constant):
    """A ufunc that nobody has compiled yet: x + constant."""
    steps = Steps((Step("add", (("x", 0), constant), ("out", 0)),), (), 1.0)
    program = Program("float64", (), (), (), (), (steps,), (), (None, None), 0, 0, (True, True, True), False)
    return make("made", "", {"f": Spec((program,), 0, "float"), "d": Spec((program,), 0, "double")}, PLAIN)[0]


@pytest.fixture
def compiled(monkeypatch, tmp_path):
    """What is compiled, in order."""
    monkeypatch.setenv("SYMACT_CACHE", "")
    monkeypatch.setattr(compiler, "_loaded", {})
    found, original = [], compiler.compiled
    monkeypatch.setattr(compiler, "compiled", lambda text, target: found.append(text) or original(text, target))
    return found


def test_only_what_is_called_is_compiled(compiled):
    f = made(1.5)
    # but for one that bfloat16 needs, where there is such a type
    compiled.clear()
    for _ in range(3):
        np.testing.assert_array_equal(f(np.float32([1, 2])), np.float32([2.5, 3.5]))
    assert len(compiled) == 1
    # the loop for float16 calls the same one
    assert f(np.float16(2)) == 3.5
    assert len(compiled) == 2
    assert f(np.int8([1])) == 2.5
    assert len(compiled) == 4


def test_threads_compile_once_and_all_get_their_results(compiled):
    f, start, x = made(2.5), Barrier(8), np.arange(1000.0)
    compiled.clear()

    def run(k):
        start.wait()
        return f(x + k)

    with ThreadPoolExecutor(8) as pool:
        for k, found in enumerate(pool.map(run, range(8))):
            np.testing.assert_array_equal(found, x + k + 2.5)
    assert len(compiled) == 1


def test_flags_that_compiling_sets_are_not_the_loops(compiled, monkeypatch):
    original = compiler.compiled

    def loud(text, target):
        with np.errstate(all="ignore"):
            np.float64(1e300) * np.float64(1e300)
            np.zeros(1) / np.zeros(1)
        return original(text, target)

    monkeypatch.setattr(compiler, "compiled", loud)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert made(3.5)(1.0) == 4.5


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), MemoryError("no room")])
def test_a_failure_is_raised_and_the_next_call_tries_again(compiled, monkeypatch, failure):
    f, original = made(4.5), compiler.compiled

    def failing(text, target):
        raise failure

    monkeypatch.setattr(compiler, "compiled", failing)
    with pytest.raises(type(failure)) as caught:
        f(np.ones(3))
    assert caught.value.args == failure.args
    assert caught.value.__cause__ is failure
    monkeypatch.setattr(compiler, "compiled", original)
    np.testing.assert_array_equal(f(np.ones(3)), np.full(3, 5.5))


FORK = """
import os, threading
from symact.numeric import function, large
from symact.numeric.llvm import compiler

held, done = threading.Event(), threading.Event()

def work(lock):
    with lock:
        held.set()
        done.wait(0.2)

for lock in (function._DERIVING, compiler._lock, large._recycler._lock):
    held.clear()
    threading.Thread(target=work, args=(lock,)).start()
    held.wait()
    child = os.fork()
    if child == 0:
        os._exit(0 if lock.acquire(timeout=5) else 1)
    assert os.waitpid(child, 0)[1] == 0
    with lock:
        pass
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_child_process_is_not_kept_waiting_by_a_thread_it_does_not_have():
    subprocess.run([sys.executable, "-c", FORK], check=True, timeout=60)

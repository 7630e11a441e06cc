"""Kernels on disk: shared by processes, rebuilt where damaged; and NumPy in their place where there is no LLVM."""

import os
import subprocess
import sys

import numpy as np
import pytest
from processor import processor

from symact.numeric.llvm import cache, compiler
from symact.numeric.llvm.spec import Spec
from symact.numeric.llvm.target import PLAIN
from symact.numeric.program import Program, Step, Steps

processor()

SCRIPT = """
import sys, numpy as np, symact
f = symact.get(sys.argv[1]).numpy()
x = np.linspace(-30, 30, 2001)
np.save(sys.argv[2], np.stack([f(x), f(x.astype(np.float32)).astype(float)]))
print(f.backend)
"""


def run(name, out, **environment):
    command = [sys.executable, "-W", "error", "-c", SCRIPT, name, str(out)]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.strip()


def test_without_llvm_numpy_computes_and_says_why(tmp_path):
    assert "SYMACT_LLVM is 0" in run("gelu", tmp_path / "a.npy", SYMACT_LLVM="0")
    assert run("gelu", tmp_path / "b.npy", SYMACT_CACHE=str(tmp_path / "cache")).startswith("llvm")
    by_numpy, compiled = np.load(tmp_path / "a.npy"), np.load(tmp_path / "b.npy")
    # in float64, and in float32
    for found, wanted, rtol in zip(compiled, by_numpy, (3e-15, 2e-7), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=rtol)


class TestCache:
    @pytest.fixture(autouse=True)
    def own_folder(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SYMACT_CACHE", str(tmp_path / "cache"))
        self.folder = tmp_path / "cache"

    def test_what_is_stored_is_loaded(self):
        assert cache.load("a") is None
        cache.store("a", b"code")
        assert cache.load("a") == b"code"
        assert [p.name for p in self.folder.iterdir()] == ["a"]

    @pytest.mark.parametrize(
        "damage",
        [
            lambda b: b[:-1],
            lambda b: b[:20],
            lambda b: b"",
            lambda b: b + b"x",
            lambda b: b[:-1] + b"?",
            lambda b: b"?" + b[1:],
        ],
    )
    def test_a_damaged_entry_counts_as_absent(self, damage):
        cache.store("a", b"code")
        place = self.folder / "a"
        place.write_bytes(damage(place.read_bytes()))
        assert cache.load("a") is None

    def test_an_unwritable_folder_does_not_matter(self, monkeypatch):
        self.folder.write_text("a file where the folder should be")
        cache.store("a", b"code")
        assert cache.load("a") is None
        monkeypatch.setenv("SYMACT_CACHE", "")
        assert cache.folder() is None
        cache.store("a", b"code")
        assert cache.load("a") is None

    def test_what_killed_processes_left_is_removed_once_it_is_old(self):
        self.folder.mkdir()
        old, new, other = (self.folder / name for name in (".new-old", ".new-new", "kept"))
        for path in (old, new, other):
            path.write_bytes(b"part")
        for path in (old, other):
            os.utime(path, (1, 1))
        cache.store("a", b"code")
        assert sorted(p.name for p in self.folder.iterdir()) == [".new-new", "a", "kept"]

    def test_a_second_process_needs_no_compiler(self, tmp_path, monkeypatch):
        def spec():
            steps = Steps((Step("exp", (("x", 0),), ("out", 0)),), (), 1.0)
            program = Program("float64", (), (), (), (), (steps,), (), (None, None), 0, 0, (True, True, True), False)
            return Spec((program,), 0, "double")

        compiler.address(spec(), PLAIN)
        entries = sorted(p.name for p in self.folder.iterdir()) if self.folder.exists() else []
        monkeypatch.setattr(compiler, "_loaded", {})
        if not entries:
            compiler.address(spec(), PLAIN)
        monkeypatch.setattr(compiler, "_loaded", {})
        monkeypatch.setattr(compiler, "compiled", lambda *_: pytest.fail("compiled again"))
        assert compiler.address(spec(), PLAIN)

    def test_a_damaged_entry_is_rebuilt(self, tmp_path):
        run("silu", tmp_path / "a.npy", SYMACT_CACHE=str(self.folder))
        entries = sorted(self.folder.iterdir())
        whole = [p.read_bytes() for p in entries]
        for k, place in enumerate(entries):
            place.write_bytes(whole[k][: len(whole[k]) // 2] if k % 2 else os.urandom(len(whole[k])))
        assert run("silu", tmp_path / "b.npy", SYMACT_CACHE=str(self.folder)).startswith("llvm")
        assert (np.load(tmp_path / "a.npy") == np.load(tmp_path / "b.npy")).all()
        assert [p.read_bytes() for p in entries] == whole

    @pytest.mark.campaign
    def test_twenty_processes_at_once_on_a_cold_cache_some_killed(self, tmp_path):
        command = [sys.executable, "-W", "error", "-c", SCRIPT, "mish"]
        environment = {**os.environ, "SYMACT_CACHE": str(self.folder)}
        running = [
            subprocess.Popen([*command, str(tmp_path / f"{k}.npy")], env=environment, stdout=subprocess.DEVNULL)
            for k in range(20)
        ]
        for process in running[:5]:
            try:
                process.wait(timeout=1.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        assert [process.wait(timeout=300) for process in running[5:]] == [0] * 15
        first = np.load(tmp_path / "5.npy")
        assert all((np.load(tmp_path / f"{k}.npy") == first).all() for k in range(6, 20))
        run("mish", tmp_path / "after.npy", SYMACT_CACHE=str(self.folder))
        assert (np.load(tmp_path / "after.npy") == first).all()

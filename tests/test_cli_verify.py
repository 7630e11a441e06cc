"""The commands verify and check as a user types them: verdicts, JSON, exit status."""

import copy
import json

import pytest

from symact.commands import check, verify
from symact.errors import InputError

TRUE = "tanh(x) == 2*sigmoid(2*x) - 1"
FALSE = "relu(x + y) == relu(x) + relu(y)"
OPEN = "softmax(v)[i] == 1/n"
ZERO = ("--assume", "v in vector(n)", "--assume", "v[i] == 0")


@pytest.fixture
def run(capsys):
    def run(*arguments):
        command = {"verify": verify.verify, "check": check.check}[arguments[0]]
        status = command.main(args=[str(a) for a in arguments[1:]], standalone_mode=False)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def file(tmp_path):
    def write(*claims):
        path = tmp_path / "claims.toml"
        parts = []
        for says, truth, *assume in claims:
            stated = "" if truth is None else f"truth = {str(truth).lower()}\n"
            parts.append(f"[[claim]]\nsays = {json.dumps(says)}\n{stated}assume = {json.dumps(assume)}\n")
        path.write_text("\n".join(parts), encoding="utf-8")
        return path

    return write


def test_exit_status_without_truth(run):
    assert run("verify", TRUE)[0] == 0
    assert run("verify", TRUE, FALSE)[0] == 1
    assert run("verify", OPEN, *ZERO)[0] == 3
    assert run("verify", FALSE, OPEN, "--assume", "v in vector(n)", "--assume", "v[i] == 0")[0] == 1


def test_exit_status_with_truth(run, file):
    assert run("verify", "--file", file((TRUE, True), (FALSE, False)))[0] == 0
    assert run("verify", "--file", file((TRUE, True), (FALSE, True)))[0] == 1
    assert run("verify", "--file", file((TRUE, False)))[0] == 1
    assert run("verify", "--file", file((TRUE, True), (OPEN, True, "v in vector(n)", "v[i] == 0")))[0] == 3
    # a claim of which nothing is stated counts as if typed
    assert run("verify", "--file", file((TRUE, True), (FALSE, None)))[0] == 1


def test_an_unreadable_claim_is_named_and_the_others_are_decided(run):
    status, out, err = run("verify", TRUE, "tanh(x) =", "--json")
    assert status == 2
    assert [r["verdict"] for r in json.loads(out)] == ["proved", "undecided"]
    assert "tanh(x) =" in err
    assert "Traceback" not in err


def test_the_json_is_a_list_in_the_order_of_the_claims(run):
    status, out, err = run("verify", FALSE, TRUE, "--json", "--jobs", 2)
    assert status == 1
    assert err == ""
    records = json.loads(out)
    assert [r["claim"] for r in records] == [FALSE, TRUE]
    assert records[0]["counterexample"].keys() == {"x", "y"}
    assert all(r["id"] is None and r["assume"] == [] for r in records)


def test_the_counterexample_is_printed(run):
    status, out, _ = run("verify", FALSE)
    assert status == 1
    assert "counterexample: x = " in out
    assert "left side" in out


def test_explain_says_how(run):
    _, out, _ = run("verify", TRUE, "Sum(softmax(v)[i], (i, 1, n)) == 1", "--assume", "v in vector(n)", "--explain")
    assert "method: " in out
    assert "softmax(v)[i]" in out  # brackets are text, not markup
    assert "for v in vector(n)" in out
    assert "2 proved" in out


def test_nothing_to_verify(run):
    with pytest.raises(InputError, match="nothing to verify"):
        run("verify")
    with pytest.raises(InputError, match="--assume"):
        run("verify", "--all", "--assume", "x > 0")


def test_a_file_that_is_missing(run, tmp_path):
    with pytest.raises(InputError, match="can't read"):
        run("verify", "--file", tmp_path / "none.toml")


@pytest.fixture
def records(run):
    claims = (TRUE, FALSE, "Sum(softmax(v)[i], (i, 1, n)) == 1", "softmax(v)[i] < 1", "A*B == B*A", "x < x + exp(x)")
    vectors = ("--assume", "v in vector(n)", "--assume", "A in matrix(n, n)", "--assume", "B in matrix(n, n)")
    return json.loads(run("verify", *claims, *vectors, "--json")[1])


def test_check_accepts_what_verify_wrote(run, records, tmp_path):
    path = tmp_path / "certificates.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    status, out, _ = run("check", path)
    assert status == 0, out
    assert out.count("accepted") == len(records)
    path.write_text(json.dumps(records[0]["certificate"]), encoding="utf-8")
    assert run("check", path)[0] == 0


def test_check_rejects_what_was_changed(run, records, tmp_path):
    path = tmp_path / "certificates.json"
    for number, record in enumerate(records):
        others = [r for r in records if r is not record]
        for key, value in (
            ("verdict", "refuted" if record["verdict"] == "proved" else "proved"),
            ("claim", "exp(x) == 1 + x"),
            ("assume", ["x > 1"]),
            ("certificate", others[0]["certificate"]),
            ("certificate", None),
        ):
            changed = copy.deepcopy(records)
            changed[number][key] = value
            path.write_text(json.dumps(changed), encoding="utf-8")
            status, out, _ = run("check", path)
            assert status == 1, (number, key)
            assert out.count("rejected") == 1


def test_check_of_something_else(run, tmp_path):
    path = tmp_path / "other.json"
    for text in ("", "{", "[" * 5000, "[]", '{"a": 1}', "17"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError):
            run("check", path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError):
        run("check", path)
    with pytest.raises(InputError, match="can't read"):
        run("check", tmp_path / "none.json")


def test_check_as_json(run, records, tmp_path):
    path = tmp_path / "certificates.json"
    records[0]["certificate"]["verdict"] = "refuted"
    path.write_text(json.dumps(records), encoding="utf-8")
    status, out, _ = run("check", path, "--json")
    assert status == 1
    found = json.loads(out)
    assert [r["accepted"] for r in found] == [False] + [True] * (len(records) - 1)
    assert found[0]["reason"]

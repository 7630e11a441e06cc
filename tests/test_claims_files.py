"""Files of claims: what is read, and what is refused in one line."""

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symact.claims.files import Entry, read_claims
from symact.errors import InputError

FULL = """
[[claim]]
id = "one"
says = "odd(tanh(a*x), x)"
assume = ["a > 0", "a < 9"]
truth = true
note = "Kept as it is."

[[claim]]
says = "no claim at all ((("
"""
READ = (
    Entry("odd(tanh(a*x), x)", "one", ("a > 0", "a < 9"), True, "Kept as it is."),
    Entry("no claim at all (((", None, (), None, ""),
)


def test_entries_are_read_in_order_and_not_understood():
    assert read_claims(FULL) == READ


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_may_come_from_any_editor(tmp_path, encoding, newline):
    path = tmp_path / "claims.toml"
    path.write_text(FULL, encoding=encoding, newline=newline)
    assert read_claims(path) == READ


def test_entries_are_frozen():
    with pytest.raises(FrozenInstanceError):
        READ[0].truth = False


def test_ids_may_be_missing_more_than_once():
    assert len(read_claims('[[claim]]\nsays = "a"\n' * 3)) == 3


def refusal(source):
    """The message of the refusal: one short printable line."""
    with pytest.raises(InputError) as caught:
        read_claims(source)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 400
    return message


CLAIM = '[[claim]]\nsays = "odd(x, x)"\n'

HOSTILE = {
    "no claim": ("", "states no claim"),
    "comment only": ("# nothing\n", "states no claim"),
    "empty list": ("claim = []", "states no claim"),
    "not TOML": ("says: odd(x, x)", "isn't TOML"),
    "JSON": ('[{"says": "odd(x, x)"}]', "isn't TOML"),
    "a path as text": ("claims.toml", "isn't TOML"),
    "unclosed text": ('[[claim]]\nsays = "odd', "isn't TOML"),
    "key twice": (CLAIM + 'says = "even(x, x)"', "isn't TOML"),
    "one bracket": ('[claim]\nsays = "odd(x, x)"', "[[claim]]"),
    "plural": ('[[claims]]\nsays = "odd(x, x)"', "unknown key 'claims'"),
    "key besides": ('title = "mine"\n' + CLAIM, "unknown key 'title'"),
    "numbers": ("claim = [1, 2]", "claim 1: it is a number"),
    "misspelt": (CLAIM + "thruth = true", "claim 1: unknown key 'thruth'; a claim has says, id, assume, truth, note"),
    "misspelt, named": (CLAIM + 'id = "mine"\nNote = "x"', "claim 1 ('mine'): unknown key 'Note'"),
    "second claim": (CLAIM + CLAIM + "x = 1", "claim 2: unknown key 'x'"),
    "no statement": ('[[claim]]\nid = "mine"', "claim 1 ('mine'): 'says' is missing"),
    "empty claim": ("[[claim]]", "claim 1: 'says' is missing"),
    "list of statements": ('[[claim]]\nsays = ["a", "b"]', "'says' is a list"),
    "empty statement": ('[[claim]]\nsays = " "', "'says' is empty"),
    "number as id": (CLAIM + "id = 7", "'id' is a number; write id ="),
    "empty id": (CLAIM + 'id = ""', "'id' is empty"),
    "truth as text": (CLAIM + 'truth = "false"', "'truth' is a text; write truth = true or truth = false"),
    "truth as number": (CLAIM + "truth = 0", "'truth' is a number"),
    "truth unknown": (CLAIM + "truth = nan", "'truth' is a number"),
    "assumption alone": (CLAIM + 'assume = "a > 0"', "'assume' is a text; write assume = ["),
    "assumption as number": (CLAIM + "assume = [0]", "'assume' is a list of other things"),
    "nested assumptions": (CLAIM + 'assume = [["a > 0"]]', "'assume' is a list of other things"),
    "empty assumption": (CLAIM + 'assume = ["a > 0", ""]', "'assume' is empty"),
    "date as note": (CLAIM + "note = 1979-05-27", "'note' is a date or time"),
    "table as note": (CLAIM + "note.x = 1", "'note' is a table"),
    "escape sequence": (CLAIM + r'note = "\u001b[2J"', "control character U+001B"),
    "carriage return": ('[[claim]]\nsays = "odd(x, x)\\rproved"', "control character U+000D"),
    "half a character": (CLAIM + 'note = "\ud800"', "control character U+D800"),
    "unprintable id": (CLAIM + 'id = "a\\u0007b"', "control character U+0007"),
    "unprintable key": (CLAIM + '"\\u001b[2J" = 1', "unknown key"),
    "long key": (CLAIM + '"' + "k" * 9000 + '" = 1', "unknown key 'kkk"),
    "same id": (2 * (CLAIM + 'id = "mine"\n'), "claim 2: the id 'mine' is that of claim 1"),
    "nested arrays": ("a = " + "[" * 100_000, "nested too deeply"),
    "nested tables": ("a = " + "{a = " * 100_000, "nested too deeply"),
    "dotted key": ("a." * 400_000 + "a = 1", "line 1: 400000 dots in a line are too many"),
    "dotted header": ("\n[" + "a." * 400_000 + "a]", "line 2: 400000 dots in a line are too many"),
    "long number": ("a = " + "9" * 900_000, "isn't TOML"),
    "impossible date": ("a = 2024-02-30", "isn't TOML"),
    "too large": ("#" * 1_000_001, "too large"),
    "too many": ('[[claim]]\nsays = "x"\n' * 10_001, "10001 claims are too many"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_texts_are_refused_in_one_line(case):
    text, reason = HOSTILE[case]
    message = refusal(text)
    assert reason in message
    assert message.startswith("the text of the claims")


def test_ten_thousand_claims_are_read():
    assert len(read_claims('[[claim]]\nsays = "x"\n' * 10_000)) == 10_000


def test_dots_in_many_lines_are_bounded_too():
    line = "k{}" + ".a" * 200 + " = 1\n"
    assert "unknown key" in refusal("".join(line.format(number) for number in range(200)))
    assert "200 dots in a line are too many" in refusal("".join(line.format(number) for number in range(2400)))


def test_decimals_and_ellipses_are_no_dotted_keys():
    text = "".join(f'[[claim]]\nsays = "x == {number}.5"\nnote = "' + "..." * 20 + '"\n' for number in range(2000))
    assert len(read_claims(text)) == 2000


HOSTILE_BYTES = {
    "latin-1": (FULL.replace("Kept", "Käpt").encode("latin-1"), "isn't UTF-8: byte 100 can't be read"),
    "UTF-16": (FULL.encode("utf-16"), "isn't UTF-8"),
    "binary": (bytes(range(256)), "isn't UTF-8"),
    "zero bytes": (b"\0" * 100, "isn't TOML"),
    "misspelt": ((CLAIM + "thruth = true").encode(), "claim 1: unknown key 'thruth'"),
}


@pytest.mark.parametrize("case", HOSTILE_BYTES)
def test_hostile_files_are_refused_by_name(tmp_path, case):
    content, reason = HOSTILE_BYTES[case]
    path = tmp_path / "some claims.toml"
    path.write_bytes(content)
    message = refusal(path)
    assert reason in message
    assert message.startswith("'")
    assert "some claims.toml'" in message


def test_a_huge_file_is_not_loaded(tmp_path):
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(10**11)
    assert "too large" in refusal(path)


@pytest.mark.parametrize("path", ["missing.toml", ".", "a\0b", "x" * 5000])
def test_paths_that_cannot_be_read(tmp_path, path):
    assert "can't read" in refusal(tmp_path / path)


@given(st.text().filter(lambda text: "claim" not in text))
def test_a_text_without_claims_is_refused(text):
    refusal(text)


PARTS = ["[[claim]]\n", "says", "truth", "id", ".", "=", '"a"', "true", "[", "]", "{", "}", "\n", ",", "#"]


@given(st.lists(st.sampled_from(PARTS)))
def test_scrambled_files_are_read_or_refused(parts):
    try:
        entries = read_claims("".join(parts))
    except InputError:
        return
    assert all(entry.says == "a" for entry in entries)


PLAIN = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip)
ENTRY = st.builds(
    Entry, PLAIN, st.none() | PLAIN, st.lists(PLAIN).map(tuple), st.none() | st.booleans(), PLAIN | st.just("")
)
ENTRIES = st.lists(ENTRY, min_size=1, max_size=5, unique_by=lambda entry: entry.id or id(entry))


@given(ENTRIES)
def test_what_is_written_is_read_back(tmp_path_factory, entries):
    text = ""
    for entry in entries:
        stated = {key: value for key, value in vars(entry).items() if value is not None}
        # JSON's texts, lists and truth values are TOML's
        text += "[[claim]]\n" + "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in stated.items())
    assert read_claims(text) == tuple(entries)
    path = Path(tmp_path_factory.getbasetemp()) / "written.toml"
    path.write_bytes(text.encode())
    assert read_claims(path) == tuple(entries)

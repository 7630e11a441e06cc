"""What reference tables print, beside what is proved."""

import pytest

from symact.cli import main
from symact.render import reference


def test_the_printed_tables_are_wrong_in_two_places(capsys):
    assert main(["table", "--reference"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["soft exponential, alpha = 1", "gelu"]
    assert "inf printed as -oo, proved to be 0, which is not a value" in lines[0]
    assert lines[1].endswith("-0.16997121…, which is a value")


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("inf", "[0]", "0, which is not a value"),
        ("sup", "2", "1, which is not a value"),
        ("continuity", "C1", "Coo"),
        ("monotonic", False, "yes"),
        ("monotonic_derivative", True, "no"),
        ("identity", True, "no"),
    ],
)
def test_every_property_is_compared(monkeypatch, name, wrong, said):
    (row,) = (row for row in reference.printed_rows() if row["function"] == "sigmoid")
    monkeypatch.setattr(reference, "printed_rows", lambda: [{**row, name: wrong}])
    (difference,) = reference.differences(20)
    assert (difference.function, difference.property) == ("sigmoid", name.replace("_", " "))
    assert difference.proved == said

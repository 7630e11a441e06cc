"""One command in this process: its exit status and what it wrote."""

from symact.cli import main


def run(capsys, *arguments):
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err

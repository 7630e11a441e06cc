"""The commands, one module each, and all as a table: text in, one call into the rooms below, text out."""

from . import audit, bench, book, catalogue, check, derive, export, find, plot, show, table, verify

__all__ = ["COMMANDS"]

#: Every command, in the order of the help text.
COMMANDS = (
    catalogue.list_command,
    show.show,
    derive.derive,
    verify.verify,
    check.check,
    find.find,
    export.export,
    plot.plot,
    table.table,
    book.book,
    audit.audit,
    bench.bench,
)

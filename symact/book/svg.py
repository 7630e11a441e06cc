"""A sketch as SVG: readable without colour, and in print."""

from __future__ import annotations

from html import escape

from .sketch import HEIGHT, WIDTH, Dot, Label, Line, Sketch

__all__ = ["svg"]

#: Kind of line → colour, width and dashes; they differ in grey too.
STYLES: dict[str, tuple[str, float, str]] = {
    "grid": ("#dddddd", 0.8, ""),
    "axis": ("#333333", 1.0, ""),
    "asymptote": ("#777777", 1.0, "2 4"),
    "f0": ("#0b5fa5", 2.4, ""),
    "f1": ("#c4481c", 1.8, "8 4"),
    "f2": ("#2b7a3d", 1.5, "8 3 2 3"),
}
#: What the legend says.
NAMES = (("f0", "f(x)"), ("f1", "f′(x)"), ("f2", "f″(x)"))


def svg(found: Sketch, title: str) -> str:
    """Return the picture as a document of its own."""
    parts = [*map(_line, found.lines), *map(_dot, found.dots), *map(_label, found.labels), *_legend()]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">\n'
        f'<title>{escape(title)}</title>\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
        f'<g font-family="sans-serif" font-size="12" fill="#333333">\n{body}\n</g>\n</svg>\n'
    )


def _stroke(kind: str) -> str:
    colour, width, dashes = STYLES[kind]
    return f'stroke="{colour}" stroke-width="{width:g}"' + (f' stroke-dasharray="{dashes}"' if dashes else "")


def _line(line: Line) -> str:
    points = " ".join(f"{x:g},{y:g}" for x, y in line.points)
    return f'<polyline points="{points}" fill="none" {_stroke(line.kind)} stroke-linejoin="round"/>'


def _dot(dot: Dot) -> str:
    colour = STYLES[f"f{dot.order}"][0]
    fill = colour if dot.filled else "#ffffff"
    return f'<circle cx="{dot.at[0]:g}" cy="{dot.at[1]:g}" r="3.6" fill="{fill}" stroke="{colour}" stroke-width="1.4"/>'


def _label(label: Label) -> str:
    halo = 'stroke="#ffffff" stroke-width="3" paint-order="stroke"'
    x, y = label.at
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{label.anchor}" {halo}>{escape(label.text)}</text>'


def _legend() -> list[str]:
    found = []
    for m, (kind, name) in enumerate(NAMES):
        x = WIDTH / 2 - 130 + 100 * m
        found.append(f'<polyline points="{x:g},14 {x + 34:g},14" fill="none" {_stroke(kind)}/>')
        found.append(f'<text x="{x + 40:g}" y="18">{name}</text>')
    return found

"""A sketch as a small PDF, which every LaTeX engine can include."""

from __future__ import annotations

from .sketch import HEIGHT, WIDTH, Dot, Label, Line, Sketch
from .svg import NAMES, STYLES

__all__ = ["pdf"]

#: A circle as four Bézier curves has its control points at this share of the radius.
KAPPA = 0.5523
#: What the standard fonts write in another way.
_LETTERS = str.maketrans({"−": "-", "′": "'", "″": '"', "(": r"\(", ")": r"\)", "\\": r"\\"})


def pdf(found: Sketch) -> bytes:
    """Return the picture as a PDF of one page."""
    content = "\n".join(
        (*map(_line, found.lines), *map(_dot, found.dots), *map(_label, found.labels), *_legend())
    ).encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R "
        "/Resources << /Font << /F 5 0 R >> >> >>".encode(),
        f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + part + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    tail = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    return body + tail.encode() + f"startxref\n{len(body)}\n%%EOF\n".encode()


def _colour(text: str, operator: str) -> str:
    return " ".join(f"{int(text[m : m + 2], 16) / 255:.3f}" for m in (1, 3, 5)) + f" {operator}"


def _stroke(kind: str) -> str:
    colour, width, dashes = STYLES[kind]
    return f"{_colour(colour, 'RG')} {width:g} w [{dashes}] 0 d"


def _line(line: Line) -> str:
    (x, y), *rest = line.points
    path = [f"{x:g} {HEIGHT - y:g} m", *(f"{a:g} {HEIGHT - b:g} l" for a, b in rest)]
    return f"{_stroke(line.kind)} {' '.join(path)} S"


def _dot(dot: Dot) -> str:
    colour, r, k = STYLES[f"f{dot.order}"][0], 3.6, 3.6 * KAPPA
    x, y = dot.at[0], HEIGHT - dot.at[1]
    curve = (
        f"{x + r:.2f} {y:.2f} m {x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c"
    )
    fill = colour if dot.filled else "#ffffff"
    return f"{_colour(colour, 'RG')} {_colour(fill, 'rg')} 1.4 w [] 0 d {curve} B"


def _label(label: Label) -> str:
    wide = 5.6 * len(label.text)
    x = label.at[0] - {"end": wide, "middle": wide / 2}.get(label.anchor, 0.0)
    return _text(x, HEIGHT - label.at[1], label.text)


def _text(x: float, y: float, words: str) -> str:
    return f"BT /F 11 Tf {_colour('#333333', 'rg')} {x:.1f} {y:.1f} Td ({words.translate(_LETTERS)}) Tj ET"


def _legend() -> list[str]:
    found = []
    for m, (kind, name) in enumerate(NAMES):
        x = WIDTH / 2 - 130 + 100 * m
        found.append(f"{_stroke(kind)} {x:g} {HEIGHT - 14} m {x + 34:g} {HEIGHT - 14} l S")
        found.append(_text(x + 40, HEIGHT - 18, name))
    return found

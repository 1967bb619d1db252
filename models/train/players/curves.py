"""Draws curves of training as a PNG, with numpy alone."""

import struct
import zlib

import numpy as np

WIDTH, HEIGHT, EDGE = 480, 240, 12
COLOURS = [(40, 90, 160), (200, 90, 40), (60, 140, 70)]


def png(path, pixels):
    """Writes (height, width, 3) bytes."""
    chunk = lambda kind, data: (struct.pack(">I", len(data)) + kind + data
                                + struct.pack(">I", zlib.crc32(kind + data)))
    rows = b"".join(b"\0" + row.tobytes() for row in pixels.astype(np.uint8))
    height, width = pixels.shape[:2]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def draw(path, series):
    """One line for each series of (x, y), all in one scale from the least to the greatest y, with a grid of quarters.
    The first is blue, the second orange."""
    points = np.concatenate([np.array(values, float) for values in series.values()])
    low, high = points.min(0), points.max(0)
    span = np.maximum(high - low, 1e-9)
    out = np.full((HEIGHT, WIDTH, 3), 255)
    for quarter in np.linspace(0, 1, 5):
        out[int(EDGE + quarter * (HEIGHT - 2 * EDGE - 1)), EDGE:-EDGE] = 225
        out[EDGE:-EDGE, int(EDGE + quarter * (WIDTH - 2 * EDGE - 1))] = 225
    for colour, values in zip(COLOURS, series.values()):
        at = (np.array(values, float) - low) / span
        x = EDGE + at[:, 0] * (WIDTH - 2 * EDGE - 1)
        y = HEIGHT - 1 - EDGE - at[:, 1] * (HEIGHT - 2 * EDGE - 1)
        fine = np.linspace(x[0], x[-1], 4 * WIDTH)
        rows, columns = np.interp(fine, x, y).astype(int), fine.astype(int)
        for down in (0, 1):
            out[np.minimum(rows + down, HEIGHT - 1), columns] = colour
    png(path, out)

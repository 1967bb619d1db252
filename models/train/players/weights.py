"""Reads and writes the players' files: safetensors, with numpy alone.

A file is the length of its header (u64, little-endian), the header in JSON, and the tensors one after another.
"""

import json
import struct

import numpy as np

FORMAT = "sangat-player-1"
TYPES = {"F16": np.float16, "F32": np.float32}


def write(path, tensors, about):
    """Writes arrays as f16 in order of their names; `about` are strings."""
    header, at, body = {"__metadata__": about}, 0, []
    for name in sorted(tensors):
        data = np.ascontiguousarray(tensors[name], np.float16).tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensors[name].shape), "data_offsets": [at, at + len(data)]}
        body.append(data)
        at += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(body))


def read(path):
    """The arrays as f32, and the strings."""
    with open(path, "rb") as f:
        raw = f.read()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + size])
    about, out = header.pop("__metadata__"), {}
    for name, entry in header.items():
        begin, end = (8 + size + place for place in entry["data_offsets"])
        values = np.frombuffer(raw[begin:end], TYPES[entry["dtype"]])
        out[name] = values.reshape(entry["shape"]).astype(np.float32)
    return out, about


def about(name, sizes, parts, styles):
    """The strings of a file; `styles` gives per part the numbers of the styles it was trained on."""
    listed = ";".join(f"{part}:{','.join(str(s) for s in sorted(styles[part]))}" for part in parts)
    return {"format": FORMAT, "name": name, "trunk": ",".join(str(s) for s in sizes), "parts": ",".join(parts),
            "styles": listed}

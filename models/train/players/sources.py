"""What each part is trained on, with what is chosen by and what is held out as elements."""

from data_drums import Drummers
from data_notes import Tunes

CHOOSING = 30  # pieces at most


def source_of(part, folder):
    own = Drummers(folder) if part == "drums" else Tunes(part, folder)
    own.choosing_elements = [own.whole(piece) for piece in own.choosing[::max(1, len(own.choosing) // CHOOSING)]]
    own.held_out_elements = [own.whole(piece) for piece in own.held_out]
    return own

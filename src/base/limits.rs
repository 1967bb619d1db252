//! Every fixed size of the program, in one place, with the relations between them checked at compile time.

/// Frames between two control ticks. Ticks fall on absolute multiples, so output does not depend on block size.
pub const CONTROL_TICK_FRAMES: usize = 32;
/// The longest block `Engine::process` takes at once; hosts split longer device periods.
pub const BLOCK_FRAMES_MAX: usize = 8192;
/// Events that one block may carry; the host keeps the rest for the next block and counts them.
pub const BLOCK_EVENTS_MAX: usize = 1024;
/// Voices in the one pool that all parts share.
pub const VOICES_MAX: usize = 128;
/// Mixer buses: you, drums, bass, keys, lead, drone, click.
pub const BUSES: usize = 7;
/// Buses that carry an instrument: all but the click.
pub const PARTS: usize = 6;
/// MIDI channels of one part.
pub const CHANNELS: usize = 16;
/// Macro knobs of a patch.
pub const MACROS: usize = 6;
/// Bands of the equaliser.
pub const EQ_BANDS: usize = 4;

/// Control to audio: commands in flight. When full the sender gets `Busy` and keeps its intent.
pub const COMMAND_QUEUE: usize = 1024;
/// Audio to control: boxes coming home. As many as may be out at once, so it cannot fill.
pub const HANDBACK_QUEUE: usize = 32;
/// Audio to control: snapshots. When full the next one carries the peaks and counters on.
pub const SNAPSHOT_QUEUE: usize = 64;
/// MIDI source to audio. When full new note-ons are refused; a lost note-off latches all-notes-off.
pub const MIDI_QUEUE: usize = 2048;
/// Audio to control: frames of the mono tap that the spectrum reads. When full frames are dropped.
pub const TAP_QUEUE: usize = 1 << 15;
/// Audio to ear: what the player did and how far time is. When full it is dropped and counted.
pub const EAR_QUEUE: usize = 1 << 14;
/// Audio to ear: frames of the input and the output, both mono. When full the block is dropped and counted.
pub const EAR_SOUND_QUEUE: usize = 1 << 17;
/// Band to audio: notes and wishes. A batch that does not fit waits on the band's side and is planned anew.
pub const BAND_QUEUE: usize = 4096;
/// Notes of the band that wait for their beat; more are discarded and counted.
pub const BAND_NOTES_MAX: usize = 2048;
/// Bends of the band that wait for their beat; more are discarded and counted.
pub const BAND_BENDS_MAX: usize = 512;
/// Notes of the band that sound at once; more are discarded and counted.
pub const BAND_SOUNDING_MAX: usize = 256;
/// Audio to disk: applied events. When full a gap is counted and marked in the journal.
pub const JOURNAL_QUEUE: usize = 1 << 14;
/// Audio to disk: interleaved stereo samples of the recording. When full the gap is marked in the take.
pub const RECORD_QUEUE: usize = 1 << 18;

/// Bytes of one command, at most; larger things travel boxed.
pub const COMMAND_BYTES_MAX: usize = 16;
/// Bytes of one snapshot, at most.
pub const SNAPSHOT_BYTES_MAX: usize = 1024;
/// Snapshots a second, about.
pub const SNAPSHOTS_PER_SEC: usize = 200;

/// The lowest and the highest device rate that is played, in Hz.
pub const SAMPLE_RATE_MIN: u32 = 8_000;
/// See [`SAMPLE_RATE_MIN`].
pub const SAMPLE_RATE_MAX: u32 = 384_000;
/// Slowest tempo, beats per minute.
pub const TEMPO_BPM_MIN: f64 = 20.0;
/// Fastest tempo, beats per minute.
pub const TEMPO_BPM_MAX: f64 = 400.0;
/// Slowest tempo of a tempo map, beats per minute; files write rests and fermatas so.
pub const TEMPO_MAP_BPM_MIN: f64 = 1.0;
/// Fastest tempo of a tempo map, beats per minute.
pub const TEMPO_MAP_BPM_MAX: f64 = 4_000.0;
/// Tempo changes in one map.
pub const TEMPO_CHANGES_MAX: usize = 65_536;

const _: () = {
    assert!(BUSES == PARTS + 1);
    assert!(BLOCK_FRAMES_MAX.is_multiple_of(CONTROL_TICK_FRAMES));
    assert!(CONTROL_TICK_FRAMES.is_power_of_two());
    assert!(VOICES_MAX <= u8::MAX as usize);
    assert!(MIDI_QUEUE >= BLOCK_EVENTS_MAX);
    assert!(BAND_QUEUE >= BAND_NOTES_MAX);
};

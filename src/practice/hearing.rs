//! Whether there is one clear voice to judge, and what there is instead.

/// What is heard. Only one clear voice is judged; everything else says why nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hearing {
    /// One voice, or a quiet room in which one would be heard.
    #[default]
    Clear,
    /// Nothing at all, not even the noise of a microphone: it is dead, muted or not permitted.
    NoSignal,
    /// The input is overdriven.
    TooLoud,
    /// The voice is under the drone that comes back through the microphone.
    UnderDrone,
    /// Sound without a pitch: noise, clapping.
    Noise,
    /// More than one voice, it seems: the pitch leaps between places that no one voice would.
    TwoVoices,
    /// The drone is being learned: it needs silence for a moment.
    Calibrating,
}

impl Hearing {
    /// Whether what is sung is judged.
    #[must_use]
    pub fn is_clear(self) -> bool {
        self == Self::Clear
    }

    /// One sentence for the page; empty when all is well.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Clear => "",
            Self::NoSignal => "There is no signal from the microphone: is it muted, or not permitted?",
            Self::TooLoud => "The input is too loud and distorts: turn the microphone down.",
            Self::UnderDrone => "I can't hear you over the drone: turn it down, or use headphones.",
            Self::Noise => "I hear sound but no clear pitch, so nothing is marked.",
            Self::TwoVoices => "I hear more than one voice, so nothing is marked: one at a time, please.",
            Self::Calibrating => "Listening to the drone alone: stay silent for a moment.",
        }
    }
}

//! What the Practice page remembers between two frames.

/// What the page remembers.
#[derive(Clone, Debug, Default)]
pub struct PracticeState {
    /// The Sa that is being typed.
    pub sa_edit: Option<String>,
    /// What stood there before anything was typed.
    pub sa_opened: Option<String>,
    /// What is typed in the search of ragas.
    pub raga_search: String,
    /// Whether the tanpura's card is open over the ribbon, where there is no room for it beside.
    pub is_tanpura_open: bool,
    /// How far the ribbon was scrolled back, seconds.
    pub back_secs: f64,
}

impl PracticeState {
    /// Lets go what is open.
    pub fn escape(&mut self) {
        (self.sa_edit, self.is_tanpura_open) = (None, false);
    }
}

//! temp
#![allow(missing_docs)]
#[derive(Clone, Debug, Default)]
pub struct Chart {
    pub key: Option<super::Key>,
}
impl Chart {
    pub fn chord_at(&self, _beats: f64) -> Option<super::Chord> {
        None
    }
}

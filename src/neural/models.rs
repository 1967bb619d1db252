//! The model files of a folder, loaded and measured.

use super::measure::{Speed, best, devices, name_of};
use super::model::Model;
use super::player::{NeuralPlayer, SurpriseMeter};
use super::weights::{TrunkShape, Weights, WeightsError};
use super::{Precision, measure, model};
use crate::band::{Part, Rung};
use candle_core::Device;
use std::io::ErrorKind::NotFound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The players' files without their ending: the small ones in the order of the parts, then the large one.
pub const FILES: [&str; 5] = ["drums_small", "bass_small", "keys_small", "lead_small", "band_large"];
/// Steps before the first note.
const WARM_STEPS: usize = 2;
/// The place of the large one.
const LARGE: usize = Part::COUNT;

/// A file that is not used, and why.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct Problem {
    /// Its name.
    pub file: String,
    /// Why.
    pub reason: WeightsError,
}

/// What is to be told of a file that is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its name without the ending.
    pub file: &'static str,
    /// What it calls itself.
    pub name: String,
    /// Numbers in it.
    pub parameters: usize,
    /// How its trunk is stored.
    pub precision: Precision,
    /// What it runs on: "cpu", "cuda" or "metal".
    pub device: &'static str,
    /// One step with a full memory; 0 where it was not measured.
    pub speed: Speed,
}

/// The models of this machine.
#[derive(Clone, Debug, Default)]
pub struct Models {
    models: [Option<Arc<Model>>; LARGE + 1],
    reports: Vec<Report>,
    /// Where they were loaded from, if they were.
    folder: PathBuf,
}

impl Models {
    /// Loads what is in a folder, each as it runs fastest here, and warms it up; what cannot be used is told. Takes a
    /// fraction of a second; to be called on the thread that will play ([`super::on_one_thread`]).
    #[must_use]
    pub fn load(folder: &Path) -> (Self, Vec<Problem>) {
        let (devices, refused) = devices();
        let (models, mut problems) = Self::load_on(folder, &devices);
        problems.extend(refused.map(|reason| Problem { file: "graphics card".to_owned(), reason }));
        (models, problems)
    }

    /// The same files on the processor alone, for when another device has failed. Takes a fraction of a second.
    #[must_use]
    pub fn on_the_processor(&self) -> Self {
        Self::load_on(&self.folder, &[Device::Cpu]).0
    }

    fn load_on(folder: &Path, devices: &[Device]) -> (Self, Vec<Problem>) {
        let read = |file: &str| Weights::read(&folder.join(format!("{file}.safetensors")));
        let (models, problems) = Self::load_by(read, |weights| best(weights, devices));
        (Self { folder: folder.to_owned(), ..models }, problems)
    }

    /// The same, but such that every machine plays the same: on the processor, in full precision.
    #[must_use]
    pub fn load_exact(folder: &Path) -> (Self, Vec<Problem>) {
        let read = |file: &str| Weights::read(&folder.join(format!("{file}.safetensors")));
        Self::load_by(read, |_| Ok((Precision::F32, Device::Cpu, Speed::default())))
    }

    fn load_by(
        read: impl Fn(&str) -> Result<Weights, WeightsError>,
        best: impl Fn(&Weights) -> Result<(Precision, Device, Speed), WeightsError>,
    ) -> (Self, Vec<Problem>) {
        let (mut models, mut problems) = (Self::default(), Vec::new());
        // One measurement serves all files of one shape.
        let mut measured: Vec<(TrunkShape, Precision, Device, Speed)> = Vec::new();
        for (place, file) in FILES.into_iter().enumerate() {
            let loaded = read(file).and_then(|weights| {
                let known = measured.iter().find(|(shape, ..)| *shape == weights.trunk).cloned();
                let (precision, device, speed) = match known {
                    Some((_, precision, device, speed)) => (precision, device, speed),
                    None => best(&weights)?,
                };
                let model = Model::new(&weights, precision, &device)?;
                // The first steps put weights in the order that the kernels want: nobody shall wait for that.
                measure::speed(&model.trunk, WARM_STEPS)?;
                measured.push((weights.trunk, precision, device.clone(), speed));
                Ok((model, name_of(&device), speed))
            });
            match loaded {
                Ok((model, device, speed)) => {
                    let Model { name, parameters, precision, .. } = &model;
                    let (name, parameters, precision) = (name.clone(), *parameters, *precision);
                    models.reports.push(Report { file, name, parameters, precision, device, speed });
                    models.models[place] = Some(Arc::new(model));
                }
                // The band plays without the large one as well; whoever has it puts it beside the others.
                Err(WeightsError::Unreadable { source, .. }) if place == LARGE && source.kind() == NotFound => {}
                Err(reason) => problems.push(Problem { file: format!("{file}.safetensors"), reason }),
            }
        }
        (models, problems)
    }

    /// What is to be told of the files that are used.
    #[must_use]
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }

    /// The model of a part on a rung: the large one only where it is fast enough.
    #[must_use]
    pub fn model(&self, part: Part, rung: Rung) -> Option<&Arc<model::Model>> {
        let is_enough = rung == Rung::Small || self.report(part, rung)?.speed.is_enough();
        self.models[place(part, rung)?].as_ref().filter(|model| is_enough && model.part(part).is_some())
    }

    /// What is to be told of the file of a part on a rung, where it is used.
    #[must_use]
    pub fn report(&self, part: Part, rung: Rung) -> Option<&Report> {
        let file = FILES[place(part, rung)?];
        self.reports.iter().find(|report| report.file == file)
    }

    /// A player of a part on a rung. Allocates.
    #[must_use]
    pub fn player(&self, part: Part, rung: Rung) -> Option<NeuralPlayer> {
        NeuralPlayer::new(Arc::clone(self.model(part, rung)?), part, rung)
    }

    /// What tells how surprising the player plays, by the best model of the lead.
    #[must_use]
    pub fn surprise_meter(&self) -> Option<SurpriseMeter> {
        let model = self.model(Part::Lead, Rung::Large).or_else(|| self.model(Part::Lead, Rung::Small))?;
        SurpriseMeter::new(Arc::clone(model))
    }
}

/// The place of the file of a part on a rung.
const fn place(part: Part, rung: Rung) -> Option<usize> {
    match rung {
        Rung::Large => Some(LARGE),
        Rung::Small => Some(part as usize),
        Rung::Cached | Rung::Rules => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::{Ask, Bar, Brief, Chords, Context, Ensemble, Feel, Note, Reply, STYLES, Taste};
    use crate::neural::{NeuralBand, made_up};

    const SHAPE: TrunkShape = TrunkShape { width: 32, layers: 1, heads: 2 };

    #[test]
    fn a_folder_without_models_gives_none_and_says_so_in_sentences() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("bass_small.safetensors"), b"not a model").expect("a file");
        let (models, problems) = Models::load(folder.path());
        assert!(models.is_empty() && models.player(Part::Bass, Rung::Small).is_none());
        assert_eq!(problems.len(), FILES.len() - 1, "the large one need not be there");
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(texts[0].starts_with("drums_small.safetensors: the model file"), "{texts:?}");
        assert!(texts[1].contains("cut off or damaged"), "{texts:?}");
    }

    #[test]
    fn each_part_gets_its_own_model_and_the_large_one_plays_all() {
        let read = |file: &str| {
            Ok(match file {
                "band_large" => made_up::weights(SHAPE, &Part::ALL, 1),
                "bass_small" => made_up::weights(SHAPE, &[Part::Bass], 2),
                _ => made_up::weights(SHAPE, &[], 3),
            })
        };
        let (models, problems) = Models::load_by(read, |weights| best(weights, &[Device::Cpu]));
        assert!(problems.is_empty() && models.reports().len() == FILES.len());
        assert!(models.model(Part::Bass, Rung::Small).is_some() && models.model(Part::Keys, Rung::Small).is_none());
        assert!(Part::ALL.into_iter().all(|part| models.player(part, Rung::Large).is_some()));
        assert!(models.player(Part::Bass, Rung::Rules).is_none() && models.surprise_meter().is_some());
        assert!(models.reports().iter().all(|report| report.parameters > 0 && report.device == "cpu"));
    }

    #[test]
    fn a_model_that_fails_is_told_of_once_and_plays_no_more_and_the_others_go_on() {
        let read = |file: &str| {
            let part = Part::ALL.into_iter().find(|part| file.starts_with(part.key()));
            Ok(made_up::weights(SHAPE, part.as_slice(), 4))
        };
        let (mut models, _) = Models::load_by(read, |weights| best(weights, &[Device::Cpu]));
        let bass = models.models[Part::Bass as usize].as_mut().and_then(Arc::get_mut).expect("a model of its own");
        bass.trunk.break_down();
        let mut band = NeuralBand::new(&models);
        let mut reply = Reply::new();
        let (mut failures, mut played) = (Vec::new(), Vec::new());
        for (ticket, part) in (1..).zip([Part::Bass, Part::Keys, Part::Bass]) {
            let (chords, context, others) = (Chords::default(), Context::new(), std::array::from_fn(|_| Vec::new()));
            let mut brief = Brief::new();
            brief.write(ticket, &a_bar(part, &chords, &context, &others));
            reply.begin(ticket);
            band.play(&brief, &|| false, &mut reply);
            played.push(reply.rung);
            failures.extend(reply.failure.take());
        }
        assert_eq!(played, [Rung::Rules, Rung::Small, Rung::Rules]);
        assert_eq!(failures.len(), 1, "{failures:?}");
        assert!(failures[0].starts_with("bass_small failed while it played ("), "{failures:?}");
        let members: Vec<String> = band.members().into_iter().map(|member| member.file).collect();
        assert_eq!(members, ["drums_small", "keys_small", "lead_small"]);
        assert_eq!(band.rung(Part::Bass, &STYLES[0], 4), None);
    }

    fn a_bar<'a>(part: Part, chords: &'a Chords, context: &'a Context, band: &'a [Vec<Note>; Part::COUNT]) -> Ask<'a> {
        Ask {
            part,
            bar: Bar { index: 2, begin_beats: 8.0, beats: 4, ..Bar::default() },
            from_beats: 8.0,
            style: &STYLES[0],
            taste: Taste::of(part),
            feel: Feel { swing: 0.5, fills: 0.0, energy: 0.5, bpm: 120.0 },
            chords,
            key: None,
            context,
            before: &[],
            band,
            turn: None,
            seed: 1,
        }
    }
}

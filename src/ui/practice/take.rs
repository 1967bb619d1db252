//! How a take of a lesson goes or went: figures, the weakest line, the gate; and what else is told in the same place.

use super::link::{Use, link};
use super::state::Told;
use super::{PracticeState, counsel, course, lines, phrase, running, signed};
use crate::session::practice::{GATE_TAKES, GATE_TRUE_SHARE, LessonView, Outcome, Phase, PracticeView, Score};
use crate::session::{Intent, View};
use crate::ui::swaras;
use crate::ui::text;
use crate::ui::theme;
use crate::ui::widgets::{self, Hang, ui_face};
use egui::{Rect, Ui, pos2};

/// Room for the lines of an exercise where all is told in one row, points.
const LINES_WIDTH: f32 = 200.0;

/// What is said of a take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// "14 of 15 in tune".
    pub headline: String,
    /// What to look after next.
    pub sentence: String,
    /// "tala +18 ms" and the like.
    pub figures: Vec<String>,
}

/// The figures of the take that is told: of this pass where something of it was sung, else of the last one.
fn score(lesson: &LessonView) -> Option<Score> {
    let last = lesson.last_take.filter(|_| !running::is_under_way(lesson));
    last.or(Some(lesson.score).filter(|score| score.notes > 0)).or(lesson.last_take)
}

/// The line that was sung worst, where the lines differ: its place and its figures.
fn weakest(lesson: &LessonView) -> Option<(usize, Score)> {
    let sung = || lesson.lines.iter().copied().enumerate().filter(|(_, score)| score.notes > 0);
    let by_share = |a: &(usize, Score), b: &(usize, Score)| a.1.true_share.total_cmp(&b.1.true_share);
    let (worst, best) = (sung().min_by(by_share)?, sung().max_by(by_share)?);
    (worst.1.true_share < best.1.true_share).then_some(worst)
}

/// How far the gate is, in words.
fn gate(view: &PracticeView, lesson: &LessonView) -> String {
    let gate = &view.course.gate;
    match lines::uncounted(lesson) {
        Some(why) => why.to_owned(),
        None if gate.is_passed => "passed".to_owned(),
        None => format!("{} of {GATE_TAKES} takes passed", gate.passed),
    }
}

/// The last note of the line that went by otherwise than it was asked for.
fn slip(view: &PracticeView, lesson: &LessonView) -> Option<String> {
    let line = running::line_of(lesson, None);
    let sung = || lesson.timeline.notes().iter().enumerate().filter(|(_, note)| note.line == line);
    let named = |at: usize| lesson.names.get(at).map_or("", |name| name.syllable.as_str());
    sung().rev().find_map(|(at, _)| {
        let mark = running::mark(lesson, at);
        match (mark.outcome, mark.sung_semitones) {
            (Outcome::Wrong, Some(semitones)) => {
                Some(format!("{} was sung for {}.", running::name(view, semitones).syllable, named(at)))
            }
            (Outcome::Missed, _) => Some(format!("{} was not sung.", named(at))),
            _ => None,
        }
    })
}

/// What is said of a lesson now.
#[must_use]
pub fn words(view: &PracticeView, lesson: &LessonView) -> Words {
    let phrase = view.teacher.phrase.as_ref();
    let Some(score) = score(lesson) else {
        let headline = match lesson.phase {
            Phase::CountIn(_) => "Counting in",
            Phase::Listening => "Listen",
            Phase::Singing | Phase::Waiting => "Sing",
            Phase::Ready | Phase::Done => "Ready",
        };
        let notes = lesson.timeline.notes().len();
        let bpm = lesson.settings.bpm * lesson.settings.pace;
        let focus = course::capitalised(&course::focus(&lesson.exercise.focus));
        let colon = if focus.is_empty() { "" } else { ": " };
        let sentence = format!("{focus}{colon}{notes} notes at {bpm:.0} a minute.");
        return Words { headline: headline.to_owned(), sentence, figures: vec![gate(view, lesson)] };
    };
    let is_over = !running::is_under_way(lesson);
    let weak = weakest(lesson)
        .filter(|_| is_over)
        .map(|(line, score)| format!("Line {} was the weakest: {}.", line + 1, score.headline()));
    let held = || (score.in_tune == score.notes && is_over).then(|| "Every note held.".to_owned());
    let slipped = || slip(view, lesson);
    let said = || phrase.map(|phrase| swaras::words(&phrase.sentence)).filter(|said| !said.is_empty());
    let mut figures = vec![format!("true {}", text::percent(score.true_share))];
    figures.extend(score.tala_offset_ms.map(|ms| format!("tala {} ms", signed(ms))));
    figures.extend(score.tala_error_ms.map(|ms| format!("off by {ms:.0} ms")));
    figures.extend((score.extra > 0).then(|| format!("{} extra", score.extra)));
    figures.push(gate(view, lesson));
    Words {
        headline: score.headline(),
        sentence: weak.or_else(held).or_else(slipped).or_else(said).unwrap_or_default(),
        figures,
    }
}

/// What the first of the tabs is called.
fn caption(lesson: &LessonView) -> &'static str {
    let is_last = !running::is_under_way(lesson) && lesson.last_take.is_some();
    if is_last { "Last take" } else { "This take" }
}

/// Draws the left half of the panel while a lesson is chosen.
pub fn take_ui(
    ui: &Ui,
    area: Rect,
    lesson: &LessonView,
    (state, view): (&mut PracticeState, &View),
    intents: &mut Vec<Intent>,
) {
    let left = area.min.x + 16.0;
    let mut x = left;
    let take = caption(lesson);
    let tabs = [
        (Told::Take, take, take),
        (Told::Order, "Order of notes", "Order of notes"),
        (Told::Raga, "What raga", "What raga it may be"),
    ];
    for (told, words, name) in tabs {
        let is_on = state.told == told;
        let at = pos2(x, area.min.y + 24.0);
        let (response, rect) = link(ui, at, Hang::Left, (words, name), Use::Tab { is_on });
        x = rect.max.x + 20.0;
        if response.clicked() {
            state.told = told;
        }
    }
    let inside = area.with_min_x(left).with_max_x(area.max.x - 8.0);
    match state.told {
        Told::Take => said_ui(ui, inside, &words(&view.practice, lesson)),
        Told::Order => counsel::remarks_ui(ui, inside, view),
        Told::Raga => counsel::hint_ui(ui, inside, view, intents),
    }
}

/// Draws the same in one row: the lines where they are not elsewhere, the words and the figures.
pub fn strip_ui(
    ui: &Ui,
    area: Rect,
    has_lines: bool,
    (view, lesson): (&PracticeView, &LessonView),
    intents: &mut Vec<Intent>,
) {
    let ink = widgets::ink(ui);
    let y = area.center().y;
    let words = words(view, lesson);
    let right = phrase::figures_ui(ui, pos2(area.max.x, y), words.figures.into_iter().take(2).collect());
    let room = Rect::from_x_y_ranges(area.min.x + 12.0..=area.min.x + 12.0 + LINES_WIDTH, area.y_range());
    let left = if has_lines { lines::strip_ui(ui, room, lesson, intents) + 12.0 } else { area.min.x + 16.0 };
    let face = ui_face(theme::BODY, theme::T1);
    let drawn = widgets::write_within(ui, pos2(left, y + 4.5), right - left, &words.headline, face);
    widgets::tell(ui, drawn, &words.headline);
    let left = drawn.max.x + 14.0;
    let face = ui_face(theme::BODY, ink.t2);
    let drawn = widgets::write_within(ui, pos2(left, y + 4.5), right - left, &words.sentence, face);
    widgets::tell(ui, drawn, &words.sentence).on_hover_text(words.sentence);
}

fn said_ui(ui: &Ui, area: Rect, words: &Words) {
    let ink = widgets::ink(ui);
    let at = |y: f32| pos2(area.min.x, area.min.y + y);
    let drawn = widgets::write_within(ui, at(60.0), area.width(), &words.headline, ui_face(theme::FIGURE, theme::T1));
    widgets::tell(ui, drawn, &words.headline);
    let drawn = widgets::write_within(ui, at(84.0), area.width(), &words.sentence, ui_face(theme::BODY, ink.t2));
    widgets::tell(ui, drawn, &words.sentence).on_hover_text(&words.sentence);
    let mut x = area.min.x;
    for said in &words.figures {
        let width = widgets::width(ui, said, theme::ui_font(theme::SMALL));
        if x + width > area.max.x {
            break;
        }
        let at = pos2(x, area.min.y + 112.0);
        x = widgets::say(ui, at, Hang::Left, said, ui_face(theme::SMALL, ink.t2)).max.x + 24.0;
    }
}

/// "Opens Palta 5 at 85 %" and "2 of 3": what the chosen stage leads to, and how far it is.
#[must_use]
pub fn gate_words(view: &PracticeView) -> Option<(String, String)> {
    let course = &view.course;
    course.chosen?;
    let figure = format!("{} of {GATE_TAKES}", course.gate.passed);
    let share = text::percent(GATE_TRUE_SHARE);
    let said = match () {
        () if course.opens.is_empty() && course.gate.is_passed => "Passed, the last of all".to_owned(),
        () if course.opens.is_empty() => format!("Passed at {share}"),
        () if course.gate.is_passed => format!("Opened {}", course.opens),
        () => format!("Opens {} at {share}", course.opens),
    };
    Some((said, figure))
}

//! Where the last bars came from, and how fast a chord was answered.

use super::marks::{rung_glyph, rung_word};
use crate::engine::params::ParamId;
use crate::session::band::{BAR_HISTORY, BandView, LadderFigures, Rung};
use crate::session::{Intent, View};
use crate::ui::widgets::{self, Hang, mono, segment, ui_face, write};
use crate::ui::{text, theme};
use egui::{Rect, Ui, pos2, vec2};

const PLAYERS: [&str; 3] = ["Rules", "Patterns", "Models"];
/// Room for how boldly the models play.
const BOLD_WIDTH: f32 = 84.0;
const RUNGS: [Rung; 4] = [Rung::Large, Rung::Small, Rung::Cached, Rung::Rules];

/// Bars that are over, each counted once for every part that played in it, by rung from the best; and how many bars
/// those were.
fn tally(band: &BandView, now_beats: f64) -> ([u32; 4], usize) {
    let mut counts = [0; 4];
    let over = band.bars.iter().rev().filter(|bar| bar.begin_beats + f64::from(bar.beats) <= now_beats + 1e-6);
    let mut bars = 0;
    for bar in over.take(BAR_HISTORY) {
        bars += 1;
        for rung in bar.rungs.into_iter().flatten() {
            counts[rung as usize] += 1;
        }
    }
    (counts, bars)
}

/// What stands over the group.
pub fn caption(view: &View) -> String {
    match tally(&view.band, view.transport.beat.0).1 {
        0 => "Where the bars came from".to_owned(),
        1 => "Where the last bar came from".to_owned(),
        bars => format!("Where the last {bars} bars came from"),
    }
}

/// Draws the counts of each rung as a bar and in figures, the last answer, and who may play.
pub fn sources_ui(ui: &Ui, area: Rect, view: &View, intents: &mut Vec<Intent>) {
    let ink = widgets::ink(ui);
    let (counts, _) = tally(&view.band, view.transport.beat.0);
    let total: u32 = counts.iter().sum();
    widgets::tell(ui, area.with_max_y(area.min.y + 14.0), &caption(view));
    let rail = Rect::from_min_size(area.min, vec2(area.width(), 8.0));
    rail_ui(ui, rail, counts, total);
    let step = area.width() / 4.0;
    for (index, (rung, count)) in RUNGS.into_iter().zip(counts).enumerate() {
        let at = pos2(area.min.x + step * index as f32, area.min.y + 26.0);
        rung_glyph(ui.painter(), at, rung, ink.t2);
        let figure = if total == 0 { text::DASH.to_owned() } else { count.to_string() };
        write(ui.painter(), at + vec2(14.0, 0.5), Hang::Left, &figure, mono(theme::BODY, theme::T1));
        let word = rung_word(rung);
        write(ui.painter(), at + vec2(0.0, 14.0), Hang::Left, word, ui_face(theme::SMALL, ink.t3));
        let cell = Rect::from_min_size(at - vec2(0.0, 16.0), vec2(step, 32.0));
        let said = format!("{word}: {figure}");
        widgets::tell(ui, cell, &said).on_hover_text("each part of each bar counts once");
    }
    let letter = ui_face(theme::SMALL, ink.t2);
    let line = Rect::from_min_size(pos2(area.min.x, area.min.y + 45.0), vec2(area.width(), 16.0));
    let (said, more) = answer_words(&view.band);
    write(ui.painter(), pos2(line.min.x, line.min.y + 12.0), Hang::Left, &said, letter);
    widgets::tell(ui, line, &more).on_hover_text(&more);
    let foot = area.with_min_y(area.max.y - 28.0);
    let (players, bold) = foot.split_left_right_at_x(foot.max.x - BOLD_WIDTH);
    if let Some(picked) =
        segment(ui, players, "Players", &PLAYERS, Some(view.params.get(ParamId::BandPlayers) as usize))
    {
        intents.push(Intent::SetParam(ParamId::BandPlayers, picked as f32));
    }
    let bold = bold.with_min_x(bold.min.x + 8.0).translate(vec2(0.0, 4.0));
    widgets::param_slider(ui, bold, ParamId::BandTemperature, (view, "", true), intents);
}

fn rail_ui(ui: &Ui, rail: Rect, counts: [u32; 4], total: u32) {
    let ink = widgets::ink(ui);
    let fills = [theme::T1, ink.t2, ink.t3, theme::PRESS];
    if total == 0 {
        ui.painter().rect_filled(rail, 2, theme::CTRL);
    }
    let mut x = rail.min.x;
    for (count, fill) in counts.into_iter().zip(fills).filter(|(count, _)| *count > 0) {
        let width = rail.width() * count as f32 / total as f32;
        let share = Rect::from_min_max(pos2(x, rail.min.y), pos2((x + width - 2.0).max(x + 1.0), rail.max.y));
        ui.painter().rect_filled(share, 2, fill);
        x += width;
    }
}

/// How the last chord was answered and how many changes were prepared: in short, and in full.
fn answer_words(band: &BandView) -> (String, String) {
    let (short, full) = match band.answer {
        None => (format!("answered {}", text::DASH), format!("a chord was answered after {}", text::DASH)),
        Some(answer) => {
            let [all, hear, commit] = [answer.hear_ms + answer.commit_ms, answer.hear_ms, answer.commit_ms]
                .map(|ms| text::number(f64::from(ms), 0));
            let full = format!("a chord was answered after {all} ms: {hear} heard, {commit} commit");
            (format!("answered {all} ms"), full)
        }
    };
    let LadderFigures { changes, prepared, .. } = band.ladder;
    let share = |of: u32, all: u32| text::number(100.0 * f64::from(of) / f64::from(all.max(1)), 0);
    if changes == 0 {
        return (short, full);
    }
    let percent = share(prepared, changes);
    let full = format!("{full}; {prepared} of {changes} changes of chord were prepared by the models");
    (format!("{short}, prepared {percent} %"), full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::band::{BandBar, Role, Side};

    #[test]
    fn only_bars_that_are_over_are_counted_and_no_more_than_the_history() {
        let bar = |index: u32| BandBar {
            index: index.into(),
            begin_beats: f64::from(index * 4),
            beats: 4,
            role: Role::Groove,
            variation: 0,
            side: Side::Player,
            rungs: [Some(Rung::Rules), Some(Rung::Small), None, None],
        };
        let band = BandView { bars: (0..50).map(bar).collect(), ..BandView::default() };
        assert_eq!(tally(&band, 0.0), ([0; 4], 0));
        assert_eq!(tally(&band, 9.0), ([0, 2, 0, 2], 2));
        assert_eq!(tally(&band, 180.0), ([0, 32, 0, 32], 32));
    }
}

//! What was practised over the last days and weeks, as the page shows it.

use super::view::{DayView, PastView, SwaraPast};
use crate::practice::history::{DayBar, SessionRow, days_in_tune, swaras_over, weeks_of};
use crate::practice::{Names, Subject};
use crate::theory::raga::{Raga, RagaBook, Script};
use std::collections::BTreeMap;

/// Days that are shown one by one.
const DAYS: u16 = 14;
/// Weeks that are shown swara by swara.
const WEEKS: u16 = 12;

/// The last fourteen days, the oldest first. Allocates.
pub fn days(rows: &[SessionRow], today: i32) -> Vec<DayView> {
    let shown = |bar: &DayBar| DayView {
        days_ago: (today - bar.day).max(0) as u32,
        true_share: bar.true_share,
        secs: bar.seconds,
    };
    days_in_tune(rows, today, DAYS).iter().map(shown).collect()
}

/// The last twelve weeks in a raga, by its name, or in all; names are those of that raga, or else of the one that is
/// practised. Allocates.
pub fn weeks(
    rows: &[SessionRow],
    today: i32,
    wanted: Option<&str>,
    (ragas, raga, script): (&RagaBook, &Raga, Script),
) -> PastView {
    let first_day = today.saturating_sub(7 * i32::from(WEEKS) - 1);
    let rows: Vec<SessionRow> = rows.iter().filter(|row| row.day >= first_day && row.seconds > 0.0).cloned().collect();
    let mut secs: BTreeMap<&str, f32> = BTreeMap::new();
    for row in &rows {
        *secs.entry(&row.raga).or_default() += row.seconds;
    }
    let mut practised: Vec<(String, f32)> = secs.into_iter().map(|(name, secs)| (name.to_owned(), secs)).collect();
    practised.sort_by(|a, b| b.1.total_cmp(&a.1));
    let shown = wanted.and_then(|wanted| practised.iter().position(|(name, _)| name == wanted));
    let name = shown.map(|at| practised[at].0.as_str());
    let of_name = name.and_then(|name| ragas.find(name, Some(raga.tradition)).or_else(|_| ragas.find(name, None)).ok());
    let names = Names::new(&Subject::from(of_name.unwrap_or(raga).clone()), script);
    let swara = |semitones: i16| SwaraPast {
        name: names.name(semitones),
        semitones,
        weeks: weeks_of(&rows, name, semitones, (today, WEEKS)),
    };
    let held = swaras_over(&rows, name, (first_day, today));
    let of_raga: Vec<SessionRow> =
        rows.iter().filter(|row| name.is_none_or(|name| name == row.raga)).cloned().collect();
    PastView {
        swaras: held.iter().map(|figure| swara(figure.semitones)).collect(),
        true_shares: days_in_tune(&of_raga, today, 7 * WEEKS).chunks(7).map(true_share).collect(),
        shown,
        ragas: practised,
    }
}

/// The mean of some days, each by how long was sung.
fn true_share(days: &[DayBar]) -> Option<f32> {
    let secs: f32 = days.iter().map(|day| day.seconds).sum();
    let in_tune: f32 = days.iter().map(|day| day.seconds * day.true_share.unwrap_or(0.0)).sum();
    (secs > 0.0).then(|| in_tune / secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practice::history::SwaraDay;
    use crate::theory::raga::tables;

    fn row(day: i32, raga: &str, seconds: f32, true_share: f32) -> SessionRow {
        let ga = SwaraDay { semitones: 4, median_cents: day as f32, spread_cents: 5.0, held_secs: 3.0 };
        SessionRow { day, raga: raga.into(), seconds, true_share, swaras: vec![ga], ..SessionRow::default() }
    }

    #[test]
    fn weeks_are_shown_for_one_raga_or_for_all() {
        let ragas = &tables().ragas;
        let yaman = ragas.find("Yaman", None).expect("a raga");
        let rows = [
            row(1, "Yaman", 999.0, 0.1),
            row(100, "Yaman", 60.0, 0.5),
            row(101, "Bhairav", 180.0, 0.9),
            row(93, "Yaman", 60.0, 0.75),
        ];
        let past = |wanted: Option<&str>| weeks(&rows, 101, wanted, (ragas, yaman, Script::Latin));
        let all = past(None);
        assert_eq!(all.ragas, [("Bhairav".to_owned(), 180.0), ("Yaman".to_owned(), 120.0)]);
        assert_eq!((all.shown, all.true_shares.len()), (None, 12));
        assert!((all.true_shares[11].expect("sung") - 0.8).abs() < 1e-6);
        let one = past(Some("Yaman"));
        assert_eq!((one.shown, one.true_shares[11], one.true_shares[10]), (Some(1), Some(0.5), Some(0.75)));
        assert_eq!((one.true_shares[0], one.swaras.len()), (None, 1), "what is older is not shown");
        let ga = &one.swaras[0];
        assert_eq!((ga.name.symbol.as_str(), ga.weeks.len()), ("G", 12));
        let medians: Vec<f32> = ga.weeks.iter().filter_map(|week| week.figure.map(|f| f.median_cents)).collect();
        assert_eq!(medians, [93.0, 100.0]);
        assert_eq!(past(Some("Todi")).shown, None);
    }
}

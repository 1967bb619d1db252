//! What was practised day by day, as plain rows for a database, and the figures that the page makes of them.

/// Notes of a swara that are worth a figure: less than this is a touch, seconds.
const HELD_SECS_MIN: f32 = 0.5;

/// One swara of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SwaraDay {
    /// Semitones above middle Sa.
    pub semitones: i16,
    /// Median of what was held over the raga's own target, cents.
    pub median_cents: f32,
    /// Spread of what was held, cents.
    pub spread_cents: f32,
    /// How long it was held, seconds.
    pub held_secs: f32,
}

/// A session of practice in one raga.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SessionRow {
    /// The day, counted by whoever keeps the rows.
    pub day: i32,
    /// The name of the raga or scale.
    pub raga: String,
    /// The exercise's id; none where it was sung freely.
    pub exercise: Option<String>,
    /// How long was sung, seconds.
    pub seconds: f32,
    /// The share of it that was in tune, 0 to 1.
    pub true_share: f32,
    /// What was held of each swara.
    pub swaras: Vec<SwaraDay>,
}

/// A day of "In tune, last 14 days".
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DayBar {
    /// The day.
    pub day: i32,
    /// How long was sung, seconds.
    pub seconds: f32,
    /// The share of it that was in tune, 0 to 1; none on a day without practice.
    pub true_share: Option<f32>,
}

/// A swara over some days.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SwaraFigure {
    /// Semitones above middle Sa.
    pub semitones: i16,
    /// The middle of the sessions' medians, each as long as it was held, cents over the target.
    pub median_cents: f32,
    /// The same of their spreads, cents.
    pub spread_cents: f32,
    /// How long it was held, seconds.
    pub held_secs: f32,
}

/// A swara in one week.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WeekPoint {
    /// The first day of the week.
    pub first_day: i32,
    /// The figure; none where it was hardly held.
    pub figure: Option<SwaraFigure>,
}

/// The last `days` days up to `today`, the oldest first.
#[must_use]
pub fn days_in_tune(rows: &[SessionRow], today: i32, days: u16) -> Vec<DayBar> {
    let bar = |day: i32| {
        let of_day = || rows.iter().filter(|row| row.day == day && row.seconds > 0.0);
        let seconds: f32 = of_day().map(|row| row.seconds).sum();
        let in_tune: f32 = of_day().map(|row| row.seconds * row.true_share.clamp(0.0, 1.0)).sum();
        DayBar { day, seconds, true_share: (seconds > 0.0).then(|| in_tune / seconds) }
    };
    (0..i32::from(days)).rev().map(|back| bar(today.saturating_sub(back))).collect()
}

/// The swaras over the days from `first_day` to `last_day`, rising; in one raga, or in all.
#[must_use]
pub fn swaras_over(rows: &[SessionRow], raga: Option<&str>, (first_day, last_day): (i32, i32)) -> Vec<SwaraFigure> {
    let is_in =
        |row: &&SessionRow| (first_day..=last_day).contains(&row.day) && raga.is_none_or(|raga| raga == row.raga);
    let held: Vec<SwaraDay> = rows.iter().filter(is_in).flat_map(|row| row.swaras.iter().copied()).collect();
    let mut semitones: Vec<i16> = held.iter().map(|swara| swara.semitones).collect();
    semitones.sort_unstable();
    semitones.dedup();
    semitones.into_iter().filter_map(|semitones| figure(&held, semitones)).collect()
}

/// One swara over the last `weeks` weeks up to `today`, the oldest first; in one raga, or in all.
#[must_use]
pub fn weeks_of(rows: &[SessionRow], raga: Option<&str>, semitones: i16, (today, weeks): (i32, u16)) -> Vec<WeekPoint> {
    let point = |back: i32| {
        let last_day = today.saturating_sub(7 * back);
        let first_day = last_day.saturating_sub(6);
        let figures = swaras_over(rows, raga, (first_day, last_day));
        WeekPoint { first_day, figure: figures.into_iter().find(|figure| figure.semitones == semitones) }
    };
    (0..i32::from(weeks)).rev().map(point).collect()
}

fn figure(held: &[SwaraDay], semitones: i16) -> Option<SwaraFigure> {
    let of = || held.iter().filter(|swara| swara.semitones == semitones && swara.held_secs > 0.0);
    let held_secs: f32 = of().map(|swara| swara.held_secs).sum();
    (held_secs >= HELD_SECS_MIN).then(|| SwaraFigure {
        semitones,
        median_cents: weighted_median(of().map(|swara| (swara.median_cents, swara.held_secs)).collect()),
        spread_cents: weighted_median(of().map(|swara| (swara.spread_cents, swara.held_secs)).collect()),
        held_secs,
    })
}

/// The value that half of the weight is not above; 0 without any.
fn weighted_median(mut values: Vec<(f32, f32)>) -> f32 {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = values.iter().map(|(_, weight)| weight).sum::<f32>() / 2.0;
    let mut below = 0.0;
    let middle = values.iter().find(|(_, weight)| {
        below += weight;
        below >= half
    });
    middle.or(values.last()).map_or(0.0, |(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(day: i32, raga: &str, seconds: f32, true_share: f32, swaras: &[(i16, f32)]) -> SessionRow {
        let swara = |(semitones, median_cents): &(i16, f32)| SwaraDay {
            semitones: *semitones,
            median_cents: *median_cents,
            spread_cents: 6.0,
            held_secs: 10.0,
        };
        let swaras = swaras.iter().map(swara).collect();
        SessionRow { day, raga: raga.to_owned(), exercise: None, seconds, true_share, swaras }
    }

    #[test]
    fn a_day_is_the_mean_of_its_sessions_by_their_length() {
        let rows =
            [row(10, "Yaman", 60.0, 0.9, &[]), row(10, "Bhairav", 180.0, 0.5, &[]), row(12, "Yaman", 30.0, 0.8, &[])];
        let days = days_in_tune(&rows, 12, 14);
        assert_eq!((days.len(), days[0].day, days[13].day), (14, -1, 12));
        assert!((days[11].true_share.expect("practised") - 0.6).abs() < 1e-6);
        assert_eq!((days[12].true_share, days[12].seconds), (None, 0.0));
        assert_eq!(days[13].true_share, Some(0.8));
    }

    #[test]
    fn swaras_are_followed_over_weeks() {
        let mut rows: Vec<SessionRow> =
            (0..21).map(|day| row(day, "Yaman", 60.0, 0.8, &[(4, -20.0 + day as f32), (7, 1.0)])).collect();
        rows.push(row(20, "Bhairav", 60.0, 0.8, &[(4, 99.0)]));
        let weeks = weeks_of(&rows, Some("Yaman"), 4, (20, 4));
        let medians: Vec<Option<f32>> =
            weeks.iter().map(|week| week.figure.map(|figure| figure.median_cents)).collect();
        assert_eq!(medians, [None, Some(-17.0), Some(-10.0), Some(-3.0)]);
        assert_eq!(weeks[3].first_day, 14);
        let today = swaras_over(&rows, None, (20, 20));
        assert_eq!(today.iter().map(|figure| figure.semitones).collect::<Vec<_>>(), [4, 7]);
        assert!(swaras_over(&rows, Some("Todi"), (0, 20)).is_empty());
    }

    #[test]
    fn the_median_goes_by_the_time_held() {
        assert_eq!(weighted_median(vec![(30.0, 1.0), (-5.0, 10.0), (2.0, 1.0)]), -5.0);
        assert_eq!(weighted_median(Vec::new()), 0.0);
    }

    #[test]
    fn rows_are_stored_and_read_back() {
        let row = row(3, "Yaman", 60.0, 0.8, &[(4, -3.0)]);
        let text = serde_json::to_string(&row).expect("plain data");
        assert_eq!(serde_json::from_str::<SessionRow>(&text).expect("the same"), row);
    }
}

//! The equaliser's curve over the live spectrum: drag a point, wheel for Q, arrows when it has the focus.

use crate::base::limits::EQ_BANDS;
use crate::engine::params::{EqParam, ParamId};
use crate::session::{Intent, View};
use crate::ui::widgets::{self, Hang, mono, ui_face};
use crate::ui::{UiState, text, theme};
use egui::accesskit::Role;
use egui::{Key, Mesh, Pos2, Rangef, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

const GAIN_DB_MAX: f32 = 18.0;
const HZ_MIN: f32 = 20.0;
const HZ_MAX: f32 = 20_000.0;
const CURVE_POINTS: usize = 160;
const POINT_RADIUS: f32 = 9.0;

/// The shapes of the bands, in their order.
const SHAPES: [(Shelf, &str); EQ_BANDS] =
    [(Shelf::Low, "low shelf"), (Shelf::Bell, "bell"), (Shelf::Bell, "bell"), (Shelf::High, "high shelf")];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shelf {
    Low,
    Bell,
    High,
}

/// One band as the curve draws it: the second-order section of the engine.
struct Section {
    b: [f64; 3],
    a: [f64; 3],
}

impl Section {
    fn new(shelf: Shelf, hz: f64, gain_db: f64, q: f64, rate_hz: f64) -> Self {
        let w = std::f64::consts::TAU * (hz / rate_hz).min(0.499);
        let (sin, cos) = w.sin_cos();
        let g = 10.0_f64.powf(gain_db / 40.0);
        let alpha = sin / (2.0 * q);
        if shelf == Shelf::Bell {
            return Self {
                b: [1.0 + alpha * g, -2.0 * cos, 1.0 - alpha * g],
                a: [1.0 + alpha / g, -2.0 * cos, 1.0 - alpha / g],
            };
        }
        let sign = if shelf == Shelf::Low { 1.0 } else { -1.0 };
        let (up, down, root) = (g + 1.0, g - 1.0, 2.0 * g.sqrt() * alpha);
        Self {
            b: [
                g * (up - sign * down * cos + root),
                sign * 2.0 * g * (down - sign * up * cos),
                g * (up - sign * down * cos - root),
            ],
            a: [up + sign * down * cos + root, -sign * 2.0 * (down + sign * up * cos), up + sign * down * cos - root],
        }
    }

    fn gain_db(&self, hz: f64, rate_hz: f64) -> f64 {
        let w = std::f64::consts::TAU * (hz / rate_hz).min(0.499);
        let power = |c: &[f64; 3]| {
            let re = c[0] + c[1] * w.cos() + c[2] * (2.0 * w).cos();
            let im = c[1] * w.sin() + c[2] * (2.0 * w).sin();
            re * re + im * im
        };
        10.0 * (power(&self.b) / power(&self.a)).max(1e-12).log10()
    }
}

fn sections(view: &View) -> ([Section; EQ_BANDS], f64) {
    let rate_hz = f64::from(if view.audio.rate_hz > 0 { view.audio.rate_hz } else { 48_000 });
    let value = |band: usize, param| f64::from(view.params.get(ParamId::eq(band, param)));
    let section = |band: usize| {
        let (hz, gain_db, q) = (value(band, EqParam::Freq), value(band, EqParam::Gain), value(band, EqParam::Q));
        Section::new(SHAPES[band].0, hz, gain_db, q, rate_hz)
    };
    (std::array::from_fn(section), rate_hz)
}

/// What all bands together do to a frequency, within the plot.
fn whole_db(sections: &[Section; EQ_BANDS], hz: f32, rate_hz: f64) -> f32 {
    let sum: f64 = sections.iter().map(|section| section.gain_db(f64::from(hz), rate_hz)).sum();
    (sum as f32).clamp(-GAIN_DB_MAX, GAIN_DB_MAX)
}

/// Where frequencies and gains lie on the screen.
#[derive(Clone, Copy)]
struct Plot(Rect);

impl Plot {
    fn x(self, hz: f32) -> f32 {
        egui::lerp(self.0.x_range(), (hz / HZ_MIN).ln() / (HZ_MAX / HZ_MIN).ln())
    }

    fn y(self, gain_db: f32) -> f32 {
        egui::remap(gain_db, -GAIN_DB_MAX..=GAIN_DB_MAX, self.0.max.y..=self.0.min.y)
    }

    fn hz(self, x: f32) -> f32 {
        let place = ((x - self.0.min.x) / self.0.width()).clamp(0.0, 1.0);
        HZ_MIN * (HZ_MAX / HZ_MIN).powf(place)
    }
}

/// Draws the well.
pub fn equaliser_ui(ui: &Ui, area: Rect, state: &mut UiState, view: &View, intents: &mut Vec<Intent>) {
    widgets::well(ui, area);
    let head = if area.height() > 200.0 { 44.0 } else { 38.0 };
    let min = area.min + vec2(44.0, head);
    let plot = Plot(Rect::from_min_max(min, pos2(area.max.x - 16.0, (area.max.y - 28.0).max(min.y + 20.0))));
    grid_ui(ui, plot);
    spectrum_ui(ui, plot.0, view);
    curve_ui(ui, plot, view);
    let mut shown = state.eq_band.min(EQ_BANDS - 1);
    for band in 0..EQ_BANDS {
        let response = point_ui(ui, plot, band, view, intents);
        if response.hovered() || response.has_focus() || response.dragged() {
            shown = band;
        }
    }
    state.eq_band = shown;
    let baseline = area.min.y + 26.48;
    let at = pos2(area.min.x + 16.0, baseline);
    let title = widgets::write(ui.painter(), at, Hang::Left, "Equaliser", ui_face(theme::BODY, theme::T1));
    if area.width() > 640.0 {
        let at = pos2(title.max.x + 12.0, baseline - 0.68);
        let words = "over the live spectrum, after effects";
        widgets::write(ui.painter(), at, Hang::Left, words, ui_face(theme::SMALL, widgets::ink(ui).t3));
    }
    let at = pos2(plot.0.max.x, baseline - 0.5);
    let line = format!("{}   {}   {}", shown + 1, SHAPES[shown].1, values(view, shown).replace(", ", "   "));
    widgets::say(ui, at, Hang::Right, &line, mono(theme::SMALL, widgets::ink(ui).t2));
}

fn values(view: &View, band: usize) -> String {
    let text = |param| {
        let id = ParamId::eq(band, param);
        id.spec().text(view.params.get(id))
    };
    format!("{}, {}, Q {}", text(EqParam::Freq), text(EqParam::Gain), text(EqParam::Q))
}

fn grid_ui(ui: &Ui, plot: Plot) {
    let ink = widgets::ink(ui);
    let label = |at, hang, text: &str| {
        widgets::write(ui.painter(), at, hang, text, mono(theme::SMALL, ink.t3));
    };
    let marks: [(f32, &str); 10] = [
        (20.0, "20"),
        (50.0, "50"),
        (100.0, "100"),
        (200.0, "200"),
        (500.0, "500"),
        (1e3, "1k"),
        (2e3, "2k"),
        (5e3, "5k"),
        (1e4, "10k"),
        (2e4, "20k Hz"),
    ];
    let is_tight = plot.0.width() < 620.0;
    for (hz, name) in marks {
        let name = if is_tight { name.trim_end_matches(" Hz") } else { name };
        let x = plot.x(hz);
        widgets::post(ui, x, plot.0.y_range(), ink.hair);
        let hang = if hz == HZ_MAX { Hang::Right } else { Hang::Middle };
        label(pos2(x, plot.0.max.y + 18.0), hang, name);
    }
    for gain in [-12.0_f32, -6.0, 0.0, 6.0, 12.0] {
        let y = plot.y(gain);
        widgets::rule(ui, plot.0.x_range(), y, if gain == 0.0 { theme::PRESS } else { ink.hair });
        if plot.0.height() > 110.0 || gain.abs() != 6.0 {
            let sign = if gain > 0.0 { "+" } else { "" };
            let name = format!("{sign}{}", text::number(f64::from(gain), 0));
            label(pos2(plot.0.min.x - 8.0, y + 3.96), Hang::Right, &name);
        }
    }
}

/// The live spectrum: one mesh for the fill, one line for the edge.
fn spectrum_ui(ui: &Ui, plot: Rect, view: &View) {
    let fill = theme::PRESS.gamma_multiply(0.55);
    let stroke = Stroke::new(1.0, widgets::ink(ui).edge);
    ui.painter().extend(spectrum_shapes(plot, &view.spectrum.columns_db, fill, stroke));
}

/// The spectrum over a rectangle, -90 to 0 dB from its foot to its head.
pub fn spectrum_shapes(plot: Rect, columns_db: &[f32], fill: egui::Color32, stroke: Stroke) -> Vec<Shape> {
    if columns_db.len() < 2 {
        return Vec::new();
    }
    let last = (columns_db.len() - 1) as f32;
    let at = |(index, db): (usize, &f32)| {
        let x = egui::lerp(plot.x_range(), index as f32 / last);
        pos2(x, egui::remap_clamp(*db, -90.0..=0.0, plot.max.y..=plot.min.y))
    };
    let points: Vec<Pos2> = columns_db.iter().enumerate().map(at).collect();
    let fill = under(&points, Rangef::point(plot.max.y), fill);
    vec![Shape::mesh(fill), Shape::line(points, stroke)]
}

/// The area between a line and a level.
fn under(points: &[Pos2], level: Rangef, colour: egui::Color32) -> Mesh {
    let mut mesh = Mesh::default();
    mesh.reserve_vertices(points.len() * 2);
    mesh.reserve_triangles(points.len() * 2);
    for point in points {
        mesh.colored_vertex(*point, colour);
        mesh.colored_vertex(pos2(point.x, level.min), colour);
    }
    for index in 0..points.len().saturating_sub(1) as u32 {
        let first = index * 2;
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first + 1, first + 2, first + 3);
    }
    mesh
}

fn curve_ui(ui: &Ui, plot: Plot, view: &View) {
    let (sections, rate_hz) = sections(view);
    let at = |index: usize| {
        let x = egui::lerp(plot.0.x_range(), index as f32 / (CURVE_POINTS - 1) as f32);
        pos2(x, plot.y(whole_db(&sections, plot.hz(x), rate_hz)))
    };
    let points: Vec<Pos2> = (0..CURVE_POINTS).map(at).collect();
    let fill = under(&points, Rangef::point(plot.y(0.0)), theme::T1.gamma_multiply(0.06));
    ui.painter().add(Shape::mesh(fill));
    ui.painter().add(Shape::line(points, Stroke::new(2.0, theme::T1)));
}

fn point_ui(ui: &Ui, plot: Plot, band: usize, view: &View, intents: &mut Vec<Intent>) -> Response {
    let [freq, gain, q] = [EqParam::Freq, EqParam::Gain, EqParam::Q].map(|param| ParamId::eq(band, param));
    let hz = view.params.get(freq);
    let (sections, rate_hz) = sections(view);
    let centre = pos2(plot.x(hz), plot.y(whole_db(&sections, hz, rate_hz)));
    let rect = Rect::from_center_size(centre, vec2(theme::HIT, theme::HIT));
    let response = widgets::hit(ui, rect, ("eq", band), Sense::click_and_drag());
    let name = format!("Equaliser band {}", band + 1);
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &name));
    widgets::describe(ui, &response, &values(view, band));
    let is_held = response.hovered() || response.dragged() || response.has_focus();
    let stroke = Stroke::new(if is_held { 2.0 } else { 1.5 }, theme::T1);
    ui.painter().circle(centre, POINT_RADIUS, theme::WELL, stroke);
    let label = (band + 1).to_string();
    widgets::write(
        ui.painter(),
        pos2(centre.x, centre.y + 3.8),
        Hang::Middle,
        &label,
        ui_face(theme::SMALL, theme::T1),
    );
    widgets::focus_ring(ui, &response, Rect::from_center_size(centre, vec2(20.0, 20.0)), 10);

    if response.double_clicked() {
        intents.extend([freq, gain, q].map(|id| Intent::SetParam(id, id.spec().default)));
    } else if response.dragged() && response.drag_delta() != egui::Vec2::ZERO {
        drag(ui, plot, &response, band, (view, intents));
    }
    let notches = if response.hovered() { widgets::wheel_notches(ui) } else { 0.0 };
    if notches != 0.0 {
        nudge(view, q, notches * 0.04, intents);
    }
    if response.has_focus() {
        arrows(ui, &response, [freq, gain, q], view, intents);
    }
    widgets::learn_menu(&response, gain, view, intents);
    response
}

/// Moves a point with the mouse; Shift for a tenth. What is held is kept beside the values, so nothing jumps.
/// A shelf stands at half its gain over its corner, so its point moves half as far as its gain.
fn drag(ui: &Ui, plot: Plot, response: &Response, band: usize, scene: (&View, &mut Vec<Intent>)) {
    let (view, intents) = scene;
    let [freq, gain] = [EqParam::Freq, EqParam::Gain].map(|param| ParamId::eq(band, param));
    let id = response.id.with("at");
    let fine = if ui.input(|input| input.modifiers.shift) { 0.1 } else { 1.0 };
    let held = if response.drag_started() { None } else { ui.data(|data| data.get_temp::<(f32, f32)>(id)) };
    let (x, gain_db) = held.unwrap_or((plot.x(view.params.get(freq)), view.params.get(gain)));
    let gearing = if SHAPES[band].0 == Shelf::Bell { 1.0 } else { 2.0 };
    let db_per_point = 2.0 * GAIN_DB_MAX / plot.0.height() * gearing;
    let at = (x + response.drag_delta().x * fine, gain_db - response.drag_delta().y * fine * db_per_point);
    ui.data_mut(|data| data.insert_temp(id, at));
    intents.push(Intent::SetParam(freq, plot.hz(at.0)));
    let wanted = at.1.clamp(-GAIN_DB_MAX, GAIN_DB_MAX);
    intents.push(Intent::SetParam(gain, (wanted * 10.0).round() / 10.0));
}

fn nudge(view: &View, id: ParamId, by: f32, intents: &mut Vec<Intent>) {
    let spec = id.spec();
    let place = spec.normalise(view.params.get(id)) + by;
    intents.push(Intent::SetParam(id, spec.denormalise(place)));
}

fn arrows(ui: &Ui, response: &Response, ids: [ParamId; 3], view: &View, intents: &mut Vec<Intent>) {
    widgets::hold_arrows(ui, response);
    let (fine, pressed) = ui.input(|input| {
        let count = |key| input.num_presses(key) as f32;
        let right = count(Key::ArrowRight) - count(Key::ArrowLeft);
        let up = count(Key::ArrowUp) - count(Key::ArrowDown);
        let page = count(Key::PageUp) - count(Key::PageDown);
        (if input.modifiers.shift { 0.1 } else { 1.0 }, [right * 0.02, up / 72.0, page * 0.04])
    });
    for (id, by) in ids.into_iter().zip(pressed) {
        if by != 0.0 {
            nudge(view, id, by * fine, intents);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_goes_through_its_points() {
        let rate_hz = 48_000.0;
        let bell = Section::new(Shelf::Bell, 320.0, 6.0, 1.0, rate_hz);
        assert!((bell.gain_db(320.0, rate_hz) - 6.0).abs() < 1e-9);
        assert!(bell.gain_db(20.0, rate_hz).abs() < 0.1);
        let low = Section::new(Shelf::Low, 100.0, -6.0, 0.7, rate_hz);
        assert!((low.gain_db(1.0, rate_hz) + 6.0).abs() < 0.05);
        assert!((low.gain_db(100.0, rate_hz) + 3.0).abs() < 0.1);
        assert!(low.gain_db(15_000.0, rate_hz).abs() < 0.05);
        let high = Section::new(Shelf::High, 5_000.0, 6.0, 0.7, rate_hz);
        assert!(high.gain_db(20.0, rate_hz).abs() < 0.05);
        assert!((high.gain_db(22_000.0, rate_hz) - 6.0).abs() < 0.1);
    }
}

//! Every colour, size and letter of the window.

use crate::base::Bus;
use crate::session::Motion;
use egui::{Color32, Context, CornerRadius, FontFamily, FontId, Id, Stroke, TextStyle, Vec2, vec2};
use std::sync::Arc;

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// What the eye rests on.
pub const WELL: Color32 = rgb(0x0C_0D_0F);
/// The window.
pub const BASE: Color32 = rgb(0x13_15_17);
/// A group of controls.
pub const PANEL: Color32 = rgb(0x1A_1D_20);
/// A control at rest, a slider's rail.
pub const CTRL: Color32 = rgb(0x24_28_2C);
/// A control under the pointer.
pub const HOVER: Color32 = rgb(0x2E_33_38);
/// Pressed, selected, the track of a knob.
pub const PRESS: Color32 = rgb(0x3A_40_46);
/// White key of the on-screen keyboard.
pub const KEY: Color32 = rgb(0x36_3C_42);
/// White key within reach of the letters on the first run.
pub const KEY_IN_REACH: Color32 = rgb(0x8A_93_9C);
/// What is read now.
pub const T1: Color32 = rgb(0xEC_EE_F0);
/// Attention; a triangle or a half disc is always drawn with it.
pub const WARN: Color32 = rgb(0xF5_A9_3B);
/// A fault, and recording.
pub const FAULT: Color32 = rgb(0xC2_36_2B);

const EDGE: Color32 = rgb(0x6B_74_7E);
const T2: Color32 = rgb(0xB7_BE_C6);
const T3: Color32 = rgb(0x8E_97_A1);
const T4: Color32 = rgb(0x63_6C_76);

/// The colour of a part; the click is grey, it is nobody.
#[must_use]
pub const fn part(bus: Bus) -> Color32 {
    match bus {
        Bus::You => rgb(0xF5_EC_85),
        Bus::Drums => rgb(0xF0_65_2F),
        Bus::Bass => rgb(0x3F_84_EF),
        Bus::Keys => rgb(0x32_C0_8A),
        Bus::Lead => rgb(0xD1_93_B3),
        Bus::Drone => rgb(0xBD_EB_F7),
        Bus::Click => T2,
    }
}

/// The greys that depend on the contrast setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// What is read next; values.
    pub t2: Color32,
    /// Labels.
    pub t3: Color32,
    /// Not for reading: disabled text, ticks, inactive bars.
    pub t4: Color32,
    /// An outline that is the only cue of a control.
    pub edge: Color32,
    /// A hairline.
    pub hair: Color32,
    /// Whether anything may move by itself.
    pub moves: bool,
}

impl Ink {
    /// The greys for a contrast and a motion setting.
    #[must_use]
    pub fn new(is_high_contrast: bool, motion: Motion) -> Self {
        let moves = motion == Motion::Full;
        if is_high_contrast {
            Self { t2: T1, t3: T2, t4: T3, edge: T3, hair: PRESS, moves }
        } else {
            Self { t2: T2, t3: T3, t4: T4, edge: EDGE, hair: CTRL, moves }
        }
    }

    /// The greys in force.
    #[must_use]
    pub fn of(ctx: &Context) -> Self {
        ctx.data(|data| data.get_temp(Id::NULL)).unwrap_or_else(|| Self::new(false, Motion::Full))
    }
}

/// How much room there is, by the width in points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Density {
    /// 640 to 959: page names fold, pages scroll downwards.
    Folded,
    /// 960 to 1199.
    Compact,
    /// 1200 and more.
    Wide,
}

impl Density {
    /// The density for a width in points.
    #[must_use]
    pub fn of(width: f32) -> Self {
        match width {
            w if w >= 1200.0 => Self::Wide,
            w if w >= 960.0 => Self::Compact,
            _ => Self::Folded,
        }
    }

    /// Space between the window's edge and what is in it.
    #[must_use]
    pub const fn margin(self) -> f32 {
        if matches!(self, Self::Wide) { 16.0 } else { 10.0 }
    }

    /// Space between panels.
    #[must_use]
    pub const fn gap(self) -> f32 {
        if matches!(self, Self::Wide) { 12.0 } else { 8.0 }
    }

    /// Space inside a panel.
    #[must_use]
    pub const fn inner(self) -> f32 {
        if matches!(self, Self::Wide) { 16.0 } else { 12.0 }
    }

    /// Heights of the two rows of the top bar.
    #[must_use]
    pub const fn bar_rows(self) -> [f32; 2] {
        if matches!(self, Self::Wide) { [36.0, 52.0] } else { [32.0, 44.0] }
    }

    /// Size of the figure of the tempo.
    #[must_use]
    pub const fn figure(self) -> f32 {
        if matches!(self, Self::Wide) { FIGURE } else { 22.0 }
    }
}

/// Labels.
pub const SMALL: f32 = 11.0;
/// Body text and buttons.
pub const BODY: f32 = 13.0;
/// The object of a page.
pub const HEADING: f32 = 18.0;
/// Tempo, a verdict.
pub const FIGURE: f32 = 26.0;
/// One number of a page.
pub const HERO: f32 = 40.0;

/// Corners of notes.
pub const RADIUS_NOTE: u8 = 2;
/// Corners of small controls.
pub const RADIUS_SMALL: u8 = 4;
/// Corners of controls.
pub const RADIUS_CTRL: u8 = 5;
/// Corners of rows and transport buttons.
pub const RADIUS_ROW: u8 = 6;
/// Corners of panels and wells.
pub const RADIUS_PANEL: u8 = 8;
/// Corners of pills.
pub const RADIUS_PILL: u8 = 12;

/// Smallest side of what can be hit.
pub const HIT: f32 = 28.0;

/// Hover, press, segment, in seconds.
pub const HOVER_SECS: f32 = 0.08;
/// A lit key goes out over this many seconds.
pub const UNLIGHT_SECS: f32 = 0.12;

/// Zoom levels, as factors.
pub const ZOOMS: [f32; 8] = [0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0];

/// The UI face at a size.
#[must_use]
pub const fn ui_font(size: f32) -> FontId {
    FontId { size, family: FontFamily::Proportional }
}

/// The face of figures in columns, at a size.
#[must_use]
pub const fn mono_font(size: f32) -> FontId {
    FontId { size, family: FontFamily::Monospace }
}

/// Faces that come on top of egui's own, `(name, bytes)`, tried after them in this order. The music face has
/// the accidentals that egui's faces lack.
const EXTRA_FONTS: &[(&str, &[u8])] = &[("sangat-music", include_bytes!("../../assets/fonts/SangatMusic-Regular.ttf"))];

/// Installs faces, sizes and the look of egui's own widgets.
pub fn install(ctx: &Context) {
    let mut fonts = egui::FontDefinitions::default();
    for (name, bytes) in EXTRA_FONTS {
        fonts.font_data.insert((*name).to_owned(), Arc::new(egui::FontData::from_static(bytes)));
        for family in [FontFamily::Proportional, FontFamily::Monospace] {
            fonts.families.entry(family).or_default().push((*name).to_owned());
        }
    }
    ctx.set_fonts(fonts);
    ctx.set_theme(egui::Theme::Dark);
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    apply(ctx, Ink::new(false, Motion::Full));
}

/// Makes the settings of contrast and motion the window's own, if they changed.
pub fn follow(ctx: &Context, is_high_contrast: bool, motion: Motion) -> Ink {
    let ink = Ink::new(is_high_contrast, motion);
    if ctx.data(|data| data.get_temp::<Ink>(Id::NULL)) != Some(ink) {
        apply(ctx, ink);
    }
    ink
}

fn apply(ctx: &Context, ink: Ink) {
    ctx.data_mut(|data| data.insert_temp(Id::NULL, ink));
    ctx.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Small, ui_font(SMALL)),
            (TextStyle::Body, ui_font(BODY)),
            (TextStyle::Button, ui_font(BODY)),
            (TextStyle::Monospace, mono_font(BODY)),
            (TextStyle::Heading, ui_font(HEADING)),
        ]
        .into();
        style.animation_time = if ink.moves { HOVER_SECS } else { 0.0 };
        if !ink.moves {
            style.scroll_animation = egui::style::ScrollAnimation::none();
        }
        style.spacing.item_spacing = vec2(8.0, 6.0);
        style.spacing.interact_size = Vec2::splat(HIT);
        style.spacing.menu_margin = egui::Margin::same(4);
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.4;
        let visuals = &mut style.visuals;
        *visuals = egui::Visuals::dark();
        visuals.panel_fill = BASE;
        visuals.window_fill = CTRL;
        visuals.extreme_bg_color = WELL;
        visuals.window_stroke = Stroke::new(1.0, PRESS);
        visuals.window_shadow = egui::Shadow::NONE;
        visuals.popup_shadow = egui::Shadow::NONE;
        visuals.menu_corner_radius = CornerRadius::same(RADIUS_ROW);
        visuals.window_corner_radius = CornerRadius::same(RADIUS_PANEL);
        visuals.selection.bg_fill = PRESS;
        visuals.selection.stroke = Stroke::new(1.0, T1);
        visuals.text_cursor.stroke = Stroke::new(1.0, T1);
        visuals.override_text_color = Some(ink.t2);
        visuals.weak_text_color = Some(ink.t3);
        visuals.widgets.noninteractive.bg_stroke = Stroke::new(1.0, ink.hair);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: Color32) -> f32 {
        let linear = |byte: u8| {
            let c = f32::from(byte) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_and_parts_stand_out_from_their_ground() {
        for motion in [Motion::Full, Motion::Reduced] {
            for is_high_contrast in [false, true] {
                let ink = Ink::new(is_high_contrast, motion);
                for ground in [WELL, BASE, PANEL, CTRL] {
                    for text in [T1, ink.t2, ink.t3] {
                        assert!(contrast(text, ground) >= 4.5);
                    }
                }
                assert!(contrast(ink.edge, PANEL) >= 3.0);
            }
        }
        for bus in Bus::PARTS {
            assert!(contrast(part(bus), PANEL) >= 4.5, "{bus:?}");
            assert!(contrast(part(bus), KEY) >= 2.9, "{bus:?}");
        }
    }

    #[test]
    fn the_width_decides_how_dense_the_window_is() {
        let densities = [640.0, 959.0, 960.0, 1199.0, 1200.0, 1280.0].map(Density::of);
        use Density::{Compact, Folded, Wide};
        assert_eq!(densities, [Folded, Folded, Compact, Compact, Wide, Wide]);
    }
}

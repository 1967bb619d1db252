//! Things to tell once, at the foot of the window, each with a way to take it away.

use super::widgets::{self, ui_face};
use super::{icons, theme};
use crate::session::{Intent, View};
use egui::{Align2, Area, Frame, Id, Margin, Order, Rect, Sense, Ui, pos2, vec2};

/// The most that are shown at once; the newest.
const SHOWN_MAX: usize = 3;

/// Draws the notices.
pub fn notices_ui(ui: &Ui, view: &View, intents: &mut Vec<Intent>) {
    if view.notices.is_empty() {
        return;
    }
    let width = (ui.max_rect().width() - 32.0).min(560.0);
    let area = Area::new(Id::unique("notices")).order(Order::Foreground).anchor(Align2::CENTER_BOTTOM, vec2(0.0, -8.0));
    area.show(ui.ctx(), |ui| {
        for notice in view.notices.iter().rev().take(SHOWN_MAX).rev() {
            let frame = Frame::new()
                .fill(theme::CTRL)
                .stroke(egui::Stroke::new(1.0, theme::PRESS))
                .corner_radius(theme::RADIUS_PANEL)
                .inner_margin(Margin::symmetric(12, 8));
            frame.show(ui, |ui| {
                let galley = ui.painter().layout(
                    notice.text.clone(),
                    theme::ui_font(theme::BODY),
                    theme::T1,
                    width - 24.0 - 18.0 - 36.0,
                );
                let height = galley.size().y.max(20.0);
                let (rect, _) = ui.allocate_exact_size(vec2(width - 24.0, height), Sense::hover());
                let mark = pos2(rect.min.x + 5.0, rect.min.y + 10.0);
                ui.painter().add(if notice.is_fault {
                    icons::triangle(mark, 5.0, theme::WARN)
                } else {
                    icons::disc(mark, 3.5, widgets::ink(ui).t2)
                });
                let at = pos2(rect.min.x + 18.0, rect.min.y + 14.5);
                let colour = ui_face(theme::BODY, theme::T1);
                widgets::write_wrapped(ui, at, width - 24.0 - 18.0 - 36.0, &notice.text, colour);
                let close = Rect::from_center_size(pos2(rect.max.x - 10.0, rect.min.y + 10.0), vec2(28.0, 24.0));
                let name = format!("Dismiss: {}", notice.text);
                if widgets::icon_button(ui, close, &name, icons::cross).clicked() {
                    intents.push(Intent::DismissNotice(notice.id));
                }
            });
        }
    });
}

//! Things to tell once, one at a time, at the foot of the window where no page has a control.

use super::widgets::{self, ui_face};
use super::{icons, theme};
use crate::session::{Intent, View};
use egui::{Align2, Area, Frame, Id, Margin, Order, Rect, Sense, Ui, pos2, vec2};

/// Draws the newest notice; the ones before it follow when it is taken away.
pub fn notices_ui(ui: &Ui, view: &View, intents: &mut Vec<Intent>) {
    let Some(notice) = view.notices.last() else { return };
    let older = view.notices.len() - 1;
    let text = if older > 0 { format!("{} ({older} more)", notice.text) } else { notice.text.clone() };
    let font = theme::ui_font(theme::BODY);
    let most = (ui.max_rect().width() - 32.0).min(620.0) - 90.0;
    let width = widgets::width(ui, &text, font).min(most) + 66.0;
    let area = Area::new(Id::unique("notices")).order(Order::Foreground).anchor(Align2::CENTER_BOTTOM, vec2(0.0, -4.0));
    area.show(ui.ctx(), |ui| {
        let frame = Frame::new()
            .fill(theme::CTRL)
            .stroke(egui::Stroke::new(1.0, theme::PRESS))
            .corner_radius(theme::RADIUS_PANEL)
            .inner_margin(Margin::symmetric(12, 3));
        frame.show(ui, |ui| {
            let galley = ui.painter().layout(text.clone(), theme::ui_font(theme::BODY), theme::T1, width - 60.0);
            let height = galley.size().y.max(22.0);
            let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
            let mark = pos2(rect.min.x + 5.0, rect.min.y + 11.0);
            ui.painter().add(if notice.is_fault {
                icons::triangle(mark, 5.0, theme::WARN)
            } else {
                icons::disc(mark, 3.5, widgets::ink(ui).t2)
            });
            let at = pos2(rect.min.x + 18.0, rect.min.y + 15.5);
            widgets::write_wrapped(ui, at, width - 60.0, &text, ui_face(theme::BODY, theme::T1));
            let close = Rect::from_center_size(pos2(rect.max.x - 10.0, rect.min.y + 11.0), vec2(28.0, 22.0));
            let name = format!("Dismiss: {}", notice.text);
            if widgets::icon_button(ui, close, &name, icons::cross).clicked() {
                intents.push(Intent::DismissNotice(notice.id));
            }
        });
    });
}

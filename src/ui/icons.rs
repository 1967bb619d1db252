//! Every icon, painted: no icon is a letter of a font.

use super::theme;
use crate::base::Bus;
use egui::{Color32, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

fn line(points: Vec<Pos2>, colour: Color32) -> Shape {
    Shape::line(points, Stroke::new(1.5, colour))
}

/// A filled triangle with the point up: attention.
pub fn triangle(centre: Pos2, radius: f32, colour: Color32) -> Shape {
    let (x, y, r) = (centre.x, centre.y, radius);
    let points = vec![pos2(x, y - r), pos2(x + r * 0.9, y + r * 0.65), pos2(x - r * 0.9, y + r * 0.65)];
    Shape::convex_polygon(points, colour, Stroke::NONE)
}

/// A filled disc.
pub fn disc(centre: Pos2, radius: f32, colour: Color32) -> Shape {
    Shape::circle_filled(centre, radius, colour)
}

/// A ring: absent.
pub fn ring(centre: Pos2, radius: f32, colour: Color32) -> Shape {
    Shape::circle_stroke(centre, radius, Stroke::new(1.5, colour))
}

/// A triangle pointing right: play.
pub fn play(centre: Pos2, colour: Color32) -> Shape {
    let points = vec![centre + vec2(-5.0, -7.0), centre + vec2(8.0, 0.0), centre + vec2(-5.0, 7.0)];
    Shape::convex_polygon(points, colour, Stroke::NONE)
}

/// A square: stop.
pub fn stop(centre: Pos2, colour: Color32) -> Shape {
    Shape::rect_filled(Rect::from_center_size(centre, Vec2::splat(10.0)), 0, colour)
}

/// A metronome: its body and the hand.
pub fn metronome(centre: Pos2, colour: Color32) -> Shape {
    let at = |x: f32, y: f32| centre + vec2(x, y);
    let body = vec![at(-3.0, -8.0), at(3.0, -8.0), at(6.5, 8.0), at(-6.5, 8.0)];
    Shape::Vec(vec![
        Shape::closed_line(body, Stroke::new(1.5, colour)),
        line(vec![at(0.0, 4.0), at(6.5, -6.0)], colour),
        line(vec![at(-5.5, 4.0), at(5.5, 4.0)], colour),
    ])
}

/// An angle pointing left or right.
pub fn chevron_side(centre: Pos2, is_right: bool, colour: Color32) -> Shape {
    let x = if is_right { 3.0 } else { -3.0 };
    line(vec![centre + vec2(-x, -6.0), centre + vec2(x, 0.0), centre + vec2(-x, 6.0)], colour)
}

/// An angle pointing down: there is a list.
pub fn chevron_down(centre: Pos2, colour: Color32) -> Shape {
    line(vec![centre + vec2(-4.0, -2.0), centre + vec2(0.0, 2.0), centre + vec2(4.0, -2.0)], colour)
}

/// A magnifier.
pub fn search(centre: Pos2, colour: Color32) -> Shape {
    Shape::Vec(vec![
        ring(centre - Vec2::splat(1.0), 4.5, colour),
        line(vec![centre + Vec2::splat(2.5), centre + Vec2::splat(6.0)], colour),
    ])
}

/// A cross: take away.
pub fn cross(centre: Pos2, colour: Color32) -> Shape {
    Shape::Vec(vec![
        line(vec![centre + vec2(-4.0, -4.0), centre + vec2(4.0, 4.0)], colour),
        line(vec![centre + vec2(-4.0, 4.0), centre + vec2(4.0, -4.0)], colour),
    ])
}

/// A five-pointed star, filled for a favourite.
pub fn star(centre: Pos2, fill: Option<Color32>, outline: Color32) -> Shape {
    let tip = |index: usize| {
        let radius = if index.is_multiple_of(2) { 5.2 } else { 2.3 };
        let angle = index as f32 * std::f32::consts::TAU / 10.0;
        centre + radius * vec2(angle.sin(), -angle.cos())
    };
    let Some(fill) = fill else {
        return Shape::closed_line((0..10).map(tip).collect(), Stroke::new(1.0, outline));
    };
    let points: Vec<Pos2> = (0..10).map(tip).collect();
    let mut mesh = egui::Mesh::default();
    mesh.colored_vertex(centre, fill);
    for point in &points {
        mesh.colored_vertex(*point, fill);
    }
    for index in 0..10_u32 {
        mesh.add_triangle(0, index + 1, (index + 1) % 10 + 1);
    }
    Shape::Vec(vec![Shape::mesh(mesh), Shape::closed_line(points, Stroke::new(0.5, fill))])
}

/// The glyph that says who plays, as its colour does.
pub fn part(bus: Bus, centre: Pos2, colour: Color32) -> Shape {
    let bar = |y: f32| Rect::from_center_size(centre + vec2(0.0, y), vec2(10.0, 4.0));
    match bus {
        Bus::You => disc(centre, 5.0, colour),
        Bus::Drums => {
            let points = [vec2(0.0, -5.5), vec2(5.5, 0.0), vec2(0.0, 5.5), vec2(-5.5, 0.0)].map(|d| centre + d);
            Shape::convex_polygon(points.to_vec(), colour, Stroke::NONE)
        }
        Bus::Bass => Shape::rect_filled(Rect::from_center_size(centre, Vec2::splat(9.0)), 1, colour),
        Bus::Keys => Shape::Vec(vec![
            Shape::rect_filled(bar(-3.0), theme::RADIUS_NOTE / 2, colour),
            Shape::rect_filled(bar(3.0), theme::RADIUS_NOTE / 2, colour),
        ]),
        Bus::Lead => {
            let points = [vec2(0.0, -5.0), vec2(5.5, 4.5), vec2(-5.5, 4.5)].map(|d| centre + d);
            Shape::convex_polygon(points.to_vec(), colour, Stroke::NONE)
        }
        Bus::Drone => Shape::circle_stroke(centre, 4.0, Stroke::new(2.0, colour)),
        Bus::Click => line(vec![centre - vec2(0.0, 5.0), centre + vec2(0.0, 5.0)], colour),
    }
}

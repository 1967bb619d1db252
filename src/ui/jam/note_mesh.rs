//! Many small shapes in one mesh, their edges softened over a pixel: a lane of notes is one thing to draw.

use egui::{Color32, Mesh, Painter, Pos2, Rect, Vec2, pos2, vec2};

/// Corners of a note's bar are cut by this much.
const CORNER: f32 = 1.5;

/// The outline of a convex shape, clockwise.
#[derive(Clone, Copy, Debug)]
pub struct Outline {
    points: [Pos2; 8],
    count: usize,
}

impl Outline {
    /// A bar with its corners cut.
    #[must_use]
    pub fn bar(rect: Rect) -> Self {
        let c = CORNER.min(rect.width() / 2.0).min(rect.height() / 2.0);
        let (a, b) = (rect.min, rect.max);
        let points = [
            pos2(a.x + c, a.y),
            pos2(b.x - c, a.y),
            pos2(b.x, a.y + c),
            pos2(b.x, b.y - c),
            pos2(b.x - c, b.y),
            pos2(a.x + c, b.y),
            pos2(a.x, b.y - c),
            pos2(a.x, a.y + c),
        ];
        Self { points, count: 8 }
    }

    /// A square on its corner that fills `rect`.
    #[must_use]
    pub fn diamond(rect: Rect) -> Self {
        let corners = [rect.center_top(), rect.right_center(), rect.center_bottom(), rect.left_center()];
        let mut points = [Pos2::ZERO; 8];
        points[..4].copy_from_slice(&corners);
        Self { points, count: 4 }
    }

    /// For every corner the way out, so that a step of one along it moves both sides by one.
    fn ways_out(&self) -> [Vec2; 8] {
        let n = self.count;
        let normal = |at: usize| {
            let side = (self.points[(at + 1) % n] - self.points[at % n]).normalized();
            vec2(side.y, -side.x)
        };
        let mut ways = [Vec2::ZERO; 8];
        for (at, way) in ways.iter_mut().enumerate().take(n) {
            let (before, after) = (normal(at + n - 1), normal(at));
            *way = (before + after) / (1.0 + before.dot(after)).max(0.2);
        }
        ways
    }
}

/// The mesh that is being built.
#[derive(Debug)]
pub struct NoteMesh {
    mesh: Mesh,
    /// A pixel, in points.
    pixel: f32,
}

impl NoteMesh {
    /// An empty mesh for a screen.
    #[must_use]
    pub fn new(pixels_per_point: f32) -> Self {
        Self { mesh: Mesh::default(), pixel: 1.0 / pixels_per_point.max(0.1) }
    }

    /// Fills a shape.
    pub fn fill(&mut self, shape: &Outline, colour: Color32) {
        let half = self.pixel / 2.0;
        let rings = [(-half, colour), (half, Color32::TRANSPARENT)];
        let first = self.rings(shape, &rings);
        for at in 1..shape.count as u32 - 1 {
            self.mesh.add_triangle(first, first + at, first + at + 1);
        }
    }

    /// Draws a line of `width` along the inside of a shape.
    pub fn outline(&mut self, shape: &Outline, width: f32, colour: Color32) {
        let half = self.pixel / 2.0;
        let none = Color32::TRANSPARENT;
        self.rings(shape, &[(half, none), (-half, colour), (half - width, colour), (-half - width, none)]);
    }

    /// Bands between rings around a shape, each so far outside of it; the first ring's first vertex.
    fn rings(&mut self, shape: &Outline, rings: &[(f32, Color32)]) -> u32 {
        let first = self.mesh.vertices.len() as u32;
        let count = shape.count as u32;
        let ways = shape.ways_out();
        for (out, colour) in rings {
            for (point, way) in shape.points.iter().zip(&ways).take(shape.count) {
                self.mesh.colored_vertex(*point + *way * *out, *colour);
            }
        }
        for ring in 0..rings.len() as u32 - 1 {
            let (inner, outer) = (first + ring * count, first + (ring + 1) * count);
            for at in 0..count {
                let next = (at + 1) % count;
                self.mesh.add_triangle(inner + at, outer + at, outer + next);
                self.mesh.add_triangle(inner + at, outer + next, inner + next);
            }
        }
        first
    }

    /// Draws all of it.
    pub fn paint(self, painter: &Painter) {
        if !self.mesh.is_empty() {
            painter.add(self.mesh);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_out_moves_every_side_by_as_much() {
        let rect = Rect::from_min_max(pos2(0.0, 0.0), pos2(20.0, 6.0));
        let bar = Outline::bar(rect);
        let grown: Vec<Pos2> = bar.points.iter().zip(bar.ways_out()).map(|(point, way)| *point + way * 2.0).collect();
        assert!((Rect::from_points(&grown).size() - vec2(24.0, 10.0)).length() < 1e-3);
        let diamond = Outline::diamond(Rect::from_center_size(Pos2::ZERO, Vec2::splat(8.0)));
        let way = diamond.ways_out()[0];
        assert!((way - vec2(0.0, -std::f32::consts::SQRT_2)).length() < 1e-3, "{way:?}");
    }

    #[test]
    fn every_triangle_names_vertices_that_are_there() {
        let mut mesh = NoteMesh::new(1.0);
        for n in 0..20_u8 {
            let rect = Rect::from_min_size(pos2(f32::from(n), 0.0), vec2(f32::from(n), 5.0));
            mesh.fill(&Outline::bar(rect), Color32::WHITE);
            mesh.outline(&Outline::diamond(rect), 1.25, Color32::WHITE);
        }
        assert!(mesh.mesh.is_valid());
        assert!(mesh.mesh.vertices.iter().all(|v| v.pos.x.is_finite() && v.pos.y.is_finite()));
    }
}

//! The map of the spectrogram: magma, monotone in lightness, readable without hue.

use egui::Color32;

/// Polynomials of the sixth degree for red, green and blue, lowest power first.
const FIT: [[f32; 7]; 3] = [
    [-0.002_136_5, 0.251_660_5, 8.353_717, -27.668_734, 52.176_14, -50.768_524, 18.655_705],
    [-0.000_749_7, 0.677_523_2, -3.577_719_5, 14.264_731, -27.943_605, 29.046_583, -11.489_774],
    [-0.005_386_1, 2.494_026_7, 0.314_467_9, -13.649_213, 12.944_169, 4.234_153, -5.601_962],
];

/// The map, from silence to full level.
#[must_use]
pub fn table() -> [Color32; 256] {
    std::array::from_fn(|index| {
        let t = index as f32 / 255.0;
        let [r, g, b] = FIT.map(|fit| {
            let value = fit.iter().rev().fold(0.0, |sum, factor| sum * t + factor);
            (value.clamp(0.0, 1.0) * 255.0).round() as u8
        });
        Color32::from_rgb(r, g, b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_lighter_from_the_colour_of_the_well() {
        let light = |c: Color32| 0.2126 * f32::from(c.r()) + 0.7152 * f32::from(c.g()) + 0.0722 * f32::from(c.b());
        let table = table();
        assert!(light(table[0]) < 8.0 && light(table[255]) > 230.0);
        for pair in table.windows(2) {
            assert!(light(pair[1]) >= light(pair[0]) - 0.5, "{pair:?}");
        }
    }
}

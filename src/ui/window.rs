//! The window itself: opening it, its frames, and a picture of it on request.

use super::{Console, UiState, theme, window_ui};
use crate::session::{Intent, Page};
use egui::{ColorImage, ScreenshotCallback, ViewportBuilder, ViewportCommand};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Frames that are drawn before a picture is taken, so that all has settled.
const PICTURE_AFTER_FRAMES: u32 = 40;
const SIZE: [f32; 2] = [1280.0, 800.0];
const SIZE_MIN: [f32; 2] = [640.0, 480.0];

/// How the window opens.
#[derive(Clone, Debug)]
pub struct WindowOptions {
    /// What stands on its frame.
    pub title: String,
    /// The page to open; `None` is the page of the last time.
    pub page: Option<Page>,
    /// Width and height in points; `None` is 1280 by 800.
    pub size: Option<[f32; 2]>,
    /// Writes a picture of the window here as PNG and closes it.
    pub screenshot: Option<PathBuf>,
}

/// What becomes of the picture.
type Outcome = Arc<Mutex<Option<Result<(), String>>>>;

struct Picture {
    path: PathBuf,
    frames_left: u32,
    outcome: Outcome,
}

/// The window's application.
pub struct App<C: Console> {
    console: C,
    state: UiState,
    intents: Vec<Intent>,
    zoom: f32,
    was_focused: bool,
    picture: Option<Picture>,
}

impl<C: Console> App<C> {
    /// An application on a console.
    #[must_use]
    pub fn new(console: C, page: Option<Page>) -> Self {
        let state = page.map_or_else(UiState::default, UiState::on_page);
        Self { console, state, intents: Vec::new(), zoom: 0.0, was_focused: false, picture: None }
    }

    /// What the window remembers.
    #[must_use]
    pub fn state(&self) -> &UiState {
        &self.state
    }

    /// What the window draws from.
    #[must_use]
    pub fn console(&self) -> &C {
        &self.console
    }

    /// Folds what has arrived; runs for hidden windows as well.
    pub fn drain(&mut self, ctx: &egui::Context) {
        let zoom = self.console.poll().zoom;
        if zoom != self.zoom && (0.2..=5.0).contains(&zoom) {
            self.zoom = zoom;
            ctx.set_zoom_factor(zoom);
        }
        let is_focused = ctx.input(|input| input.focused);
        if self.was_focused && !is_focused {
            self.state.hands.release_all(&mut self.intents);
            self.send();
        }
        self.was_focused = is_focused;
    }

    /// Draws a frame and sends what was wished for in it.
    pub fn frame(&mut self, ui: &mut egui::Ui) {
        let start = Instant::now();
        window_ui(ui, &mut self.state, self.console.poll(), &mut self.intents);
        self.send();
        self.console.ui_frame_nanos(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        self.take_picture(ui.ctx());
    }

    fn send(&mut self) {
        for intent in self.intents.drain(..) {
            self.console.send(intent);
        }
    }

    fn take_picture(&mut self, ctx: &egui::Context) {
        let Some(picture) = &mut self.picture else { return };
        ctx.request_repaint();
        if picture.frames_left > 0 {
            picture.frames_left -= 1;
            if picture.frames_left == 0 {
                let (path, outcome, ctx_then) = (picture.path.clone(), picture.outcome.clone(), ctx.clone());
                let write = move |image: Arc<ColorImage>| {
                    *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(write_png(&path, &image));
                    ctx_then.request_repaint();
                };
                ctx.send_viewport_cmd(ViewportCommand::Screenshot(ScreenshotCallback::new(write)));
            }
        } else if picture.outcome.lock().is_ok_and(|outcome| outcome.is_some()) {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
    }
}

impl<C: Console> eframe::App for App<C> {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.drain(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.frame(ui);
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        theme::BASE.to_normalized_gamma_f32()
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// One sentence when there is no display to open it on, or the picture could not be written.
pub fn run<C: Console>(mut console: C, options: WindowOptions) -> Result<(), String> {
    if let Some(page) = options.page {
        console.send(Intent::ShowPage(page));
    }
    let outcome = Outcome::default();
    let mut app = App::new(console, options.page);
    app.picture =
        options.screenshot.map(|path| Picture { path, frames_left: PICTURE_AFTER_FRAMES, outcome: outcome.clone() });
    let is_picture = app.picture.is_some();
    let mut viewport = ViewportBuilder::default()
        .with_title(&options.title)
        .with_app_id("sangat")
        .with_inner_size(options.size.unwrap_or(SIZE))
        .with_min_inner_size(SIZE_MIN);
    // The bundled icon is a good picture; without one the system shows its own.
    if let Ok(icon) = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png")) {
        viewport = viewport.with_icon(icon);
    }
    let native = eframe::NativeOptions { viewport, system_font_fallback: false, ..Default::default() };
    let create = move |creation: &eframe::CreationContext<'_>| {
        theme::install(&creation.egui_ctx);
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native(&options.title, native, Box::new(create)).map_err(|error| cannot_open(&error))?;
    let taken = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
    match taken {
        Some(result) => result,
        None if is_picture => Err("The window was closed before its picture was taken.".to_owned()),
        None => Ok(()),
    }
}

fn cannot_open(error: &eframe::Error) -> String {
    let text = error.to_string();
    if ["DISPLAY", "WAYLAND", "X server"].iter().any(|word| text.contains(word)) {
        return "No window can be opened: there is no display that answers. Start it in a desktop session, or run one of the \
                commands that need no window (see --help)."
            .to_owned();
    }
    format!(
        "No window can be opened: {text}. Check the graphics driver, or run one of the commands that need no window."
    )
}

fn write_png(path: &Path, image: &ColorImage) -> Result<(), String> {
    let fail =
        |error: &dyn std::fmt::Display| format!("The picture could not be written to {}: {error}.", path.display());
    let part = path.with_extension("part");
    let file = std::fs::File::create(&part).map_err(|error| fail(&error))?;
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), image.width() as u32, image.height() as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let bytes: Vec<u8> = image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
    let mut writer = encoder.write_header().map_err(|error| fail(&error))?;
    writer.write_image_data(&bytes).map_err(|error| fail(&error))?;
    writer.finish().map_err(|error| fail(&error))?;
    std::fs::rename(&part, path).map_err(|error| fail(&error))
}

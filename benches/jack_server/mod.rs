//! A JACK server of the run's own, on the dummy driver, and processes that end with the run.

use jack::{Client, ClientOptions};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a client or a server may take to be there.
const DEADLINE: Duration = Duration::from_secs(20);

/// A process that ends with the run.
pub struct Owned(pub Child);

impl Drop for Owned {
    fn drop(&mut self) {
        Command::new("kill").arg(self.0.id().to_string()).status().ok();
        self.0.wait().ok();
    }
}

/// A server at this rate and period, for so long as it is held. libjack reads the server's name from the environment, so
/// the run is a process of its own: without that name this starts it, waits for it and gives nothing.
pub fn start(run: &str, rate_hz: u32, period_frames: u32) -> Option<Owned> {
    let Ok(server) = std::env::var("JACK_DEFAULT_SERVER") else {
        let status = Command::new(std::env::current_exe().expect("this program"))
            .args(std::env::args().skip(1))
            .env("JACK_DEFAULT_SERVER", format!("sangat-{run}-{}", std::process::id()))
            .env("JACK_NO_AUDIO_RESERVATION", "1")
            .status()
            .expect("a process");
        assert!(status.success(), "{status}");
        return None;
    };
    let server = Command::new("jackd")
        .args(["-R", "-P", "70", "-n", &server, "-d", "dummy"])
        .args(["-r", &rate_hz.to_string(), "-p", &period_frames.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("jackd; packaging/setup.sh test installs it");
    let server = Owned(server);
    jack::set_logger(jack::LoggerType::None);
    wait("the server", || Client::new("waiting", ClientOptions::NO_START_SERVER).is_ok());
    Some(server)
}

/// A client, once the program plays on the server.
pub fn client(name: &str) -> Client {
    let client = Client::new(name, ClientOptions::NO_START_SERVER).expect("a client").0;
    let plays = |port: jack::Port<jack::Unowned>| port.connected_count().is_ok_and(|count| count > 0);
    wait("the program", || client.port_by_name("sangat:out_1").is_some_and(plays));
    client
}

/// The seconds that were asked for, or a minute; `cargo bench` adds arguments of its own.
pub fn secs() -> u32 {
    std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(60)
}

fn wait(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < DEADLINE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

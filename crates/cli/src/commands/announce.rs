//! What a start of the service has to say: where it is, the owner's key, a link.
//!
//! What a service prints is kept in a log, which others may read. Secrets are printed to a terminal only, or where it is asked for;
//! else they go into files that nobody else reads.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use tierlight_service::Announcement;

/// File with the owner's key, in the data folder.
const KEY: &str = "owner-key";
/// File with the link of the last start.
const LINK: &str = "sign-in-link";

/// Says it. `show` prints secrets whatever stdout is.
pub fn announce(told: &Announcement, data_dir: &Path, show: bool) {
    let mut out = io::stdout().lock();
    let text = if show || out.is_terminal() { shown(told) } else { kept(told, data_dir) };
    // a closed stdout is no reason to stop
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn link(told: &Announcement) -> String {
    format!("{}/sign-in/{}", told.url, told.first.link.show())
}

/// With the secrets.
fn shown(told: &Announcement) -> String {
    let mut text = format!("tierlight serves {}\n", told.url);
    if let Some(key) = &told.first.key {
        // writing to a String cannot fail
        let _ = writeln!(
            text,
            "\nowner's key, shown this once: {}\nkeep it; further keys are made with POST {}/api/v1/keys",
            key.show(),
            told.url
        );
    }
    let _ = writeln!(text, "\nopen this once in a browser: {}", link(told));
    text
}

/// With the places of the secrets.
fn kept(told: &Announcement, data_dir: &Path) -> String {
    let mut text = format!("tierlight serves {}\n", told.url);
    let mut keep = |what: &str, name: &str, secret: &str, hint: &str| {
        let path = data_dir.join(name);
        // writing to a String cannot fail
        let _ = match write(&path, secret) {
            Ok(()) => writeln!(text, "{what} is in {}: {hint}", path.display()),
            Err(error) => writeln!(text, "{what} cannot be written to {}: {error}. Start again with --show-key", path.display()),
        };
    };
    if let Some(key) = &told.first.key {
        keep("owner's key", KEY, key.show(), "keep it elsewhere, and delete the file");
    }
    keep("a link that opens the app once", LINK, &link(told), "open it in a browser");
    text
}

/// Writes a file that only its owner reads, in the place of that of an earlier start. It is made anew: nothing that somebody put there is
/// written to.
fn write(path: &Path, secret: &str) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{secret}")?;
    file.sync_all()
}

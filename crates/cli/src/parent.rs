//! A program that runs this one may ask it to end when it does itself.

use std::io::Read;

use crate::stop;

/// Environment variable; `stdin` says that standard input is a pipe that the parent holds open and writes nothing to.
const PARENT: &str = "TIERLIGHT_PARENT";

/// Ends this process as soon as the parent has ended or closed the pipe, if it asked for that.
pub fn follow() {
    if std::env::var_os(PARENT).is_none_or(|value| value != "stdin") {
        return;
    }
    let wait = || {
        let mut stdin = std::io::stdin().lock();
        let mut buffer = [0; 64];
        // an error is an end as well
        while stdin.read(&mut buffer).is_ok_and(|read| read > 0) {}
        stop::at_once();
    };
    // without a thread the child ends when its work is done
    let _ = std::thread::Builder::new().name("parent".to_owned()).spawn(wait);
}

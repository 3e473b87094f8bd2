use super::*;

fn layers(file: &str, env: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Layers, Error> {
    let mut layers = Layers::defaults(Some("/data".into()));
    layers.file("c.toml".as_ref(), file)?;
    layers.environment(env.iter().map(|(name, value)| (name.into(), value.into())))?;
    for (name, value) in flags {
        layers.flag(name, (*value).to_owned());
    }
    Ok(layers)
}

#[test]
fn later_layers_win_and_say_so() {
    let file = "workers = 2\nlog = \"json\"\n[limits]\nuploads = 3\n";
    let layers = layers(file, &[("TIERLIGHT_LOG", "text"), ("TIERLIGHT_LIMITS_UPLOADS", "4")], &[("workers", "5")]).unwrap();
    let config = Config::new(&layers).unwrap();
    assert_eq!((config.workers, config.log, config.limits.uploads), (5, LogForm::Text, 4));
    let origin = |name: &str| layers.all().find(|s| s.name == name).unwrap().origin.to_string();
    assert_eq!(origin("workers"), "flag --workers");
    assert_eq!(origin("log"), "environment TIERLIGHT_LOG");
    assert_eq!(origin("limits.uploads"), "environment TIERLIGHT_LIMITS_UPLOADS");
    assert_eq!(origin("listen"), "default");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let wrong = |file: &str| layers(file, &[], &[]).and_then(|l| Config::new(&l)).unwrap_err().to_string();
    assert_eq!(wrong("worker = 2"), "c.toml: no setting is called `worker`");
    assert_eq!(wrong("workers = \"many\""), "c.toml: workers is not a number from 1");
    assert_eq!(wrong("workers = 0"), "c.toml: workers is not a number from 1");
    assert_eq!(wrong("log_level = \"inf0\""), "c.toml: log_level is not error, warn, info, debug, trace or off");
    assert!(wrong("workers = ").starts_with("cannot read c.toml"));
    let open = layers("", &[], &[("listen", "0.0.0.0:80")]).and_then(|l| Config::new(&l)?.reachable()).unwrap_err();
    assert!(open.to_string().contains("unencrypted") && open.hint().contains("--behind-proxy"));
    let proxied = [("listen", "0.0.0.0:80"), ("behind_proxy", "true"), ("public_url", "https://t.example")];
    let lost = layers("", &[], &proxied[..2]).and_then(|l| Config::new(&l)?.reachable()).unwrap_err();
    assert!(lost.hint().contains("--public-url"), "{lost}");
    assert!(Config::new(&layers("", &[], &proxied).unwrap()).unwrap().reachable().is_ok());
}

#[test]
fn the_environment_may_hold_anything() {
    use std::os::unix::ffi::OsStringExt;

    let mut layers = Layers::defaults(Some("/data".into()));
    let broken = || std::ffi::OsString::from_vec(vec![0xff]);
    let found =
        [("HOME".into(), broken()), (broken(), "x".into()), ("TIERLIGHT_DATA_DIR".into(), "".into()), ("TIERLIGHT_LISTN".into(), broken())];
    assert_eq!(layers.environment(found.into_iter()).unwrap(), ["TIERLIGHT_LISTN"]);
    assert_eq!(layers.text("data_dir"), "/data");
    let error = layers.environment([("TIERLIGHT_LISTEN".into(), broken())].into_iter()).unwrap_err();
    assert_eq!(error.to_string(), "environment TIERLIGHT_LISTEN: listen is not text in UTF-8");
}

#[test]
fn secrets_are_not_shown() {
    let layers =
        layers("", &[("TIERLIGHT_DATABASE", "postgres://me:hidden@db/tierlight"), ("TIERLIGHT_OIDC_CLIENT_SECRET", "hidden")], &[]);
    let layers = layers.unwrap();
    assert!(layers.all().all(|s| !s.shown.contains("hidden")));
}

#[test]
fn behind_a_proxy_browsers_speak_tls() {
    let config = |flags: &[(&str, &str)]| Config::new(&layers("", &[], flags).unwrap()).unwrap();
    let listen = "127.0.0.1:80".parse().unwrap();
    let told = |flags: &[(&str, &str)]| (config(flags).is_encrypted(), config(flags).url(listen));
    assert_eq!(told(&[]), (false, "http://127.0.0.1:80".to_owned()));
    assert_eq!(config(&[]).url("0.0.0.0:80".parse().unwrap()), "http://localhost:80");
    assert_eq!(told(&[("behind_proxy", "true"), ("public_url", "https://t.example/")]), (true, "https://t.example".to_owned()));
    assert_eq!(told(&[("behind_proxy", "true"), ("public_url", "http://t.example")]), (false, "http://t.example".to_owned()));
}

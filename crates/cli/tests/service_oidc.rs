//! Signing in at an OpenID Connect provider: the built program against a small provider that signs as a real one does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};
use service::{Client, Server};
use sha2::{Digest, Sha256};

/// What the provider is to say of who signs in, and what it was asked.
#[derive(Default)]
struct Said {
    nonce: String,
    challenge: String,
    role: Option<Value>,
    key: usize,
}

struct Provider {
    url: String,
    said: Arc<Mutex<Said>>,
    /// How often it was asked anything.
    asked: Arc<AtomicUsize>,
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Provider {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let said = Arc::new(Mutex::new(Said::default()));
        // the second key is not among those that the provider publishes
        let keys: Vec<rsa::RsaPrivateKey> = (0..2).map(|_| rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).unwrap()).collect();
        let (issuer, told) = (url.clone(), said.clone());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                count.fetch_add(1, Ordering::Relaxed);
                answer(socket.unwrap(), &issuer, &keys, &told);
            }
        });
        Self { url, said, asked }
    }
}

fn answer(mut socket: TcpStream, issuer: &str, keys: &[rsa::RsaPrivateKey], said: &Mutex<Said>) {
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let path = line.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        if header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let (status, value) = match path.as_str() {
        "/.well-known/openid-configuration" => (
            200,
            json!({
                "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }),
        ),
        "/keys" => {
            let public = keys[0].to_public_key();
            let (n, e) = (encoded(&public.n().to_bytes_be()), encoded(&public.e().to_bytes_be()));
            (200, json!({ "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": n, "e": e }] }))
        }
        "/token" => token(issuer, keys, &said.lock().unwrap(), &String::from_utf8(body).unwrap()),
        _ => (404, json!({})),
    };
    let text = value.to_string();
    let head =
        format!("HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
    socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(text.as_bytes())).unwrap();
}

fn token(issuer: &str, keys: &[rsa::RsaPrivateKey], said: &Said, body: &str) -> (u16, Value) {
    let form: HashMap<&str, &str> = body.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let proof = encoded(&Sha256::digest(form.get("code_verifier").copied().unwrap_or_default().as_bytes()));
    if form.get("code") != Some(&"right") || proof != said.challenge {
        return (400, json!({ "error": "invalid_grant" }));
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let mut claims = json!({ "iss": issuer, "aud": "tierlight", "sub": "person-17", "iat": now, "exp": now + 60, "nonce": said.nonce });
    if let Some(role) = &said.role {
        claims["tierlight_role"] = role.clone();
    }
    let signed = format!("{}.{}", encoded(br#"{"alg":"RS256","kid":"one"}"#), encoded(claims.to_string().as_bytes()));
    let signature = SigningKey::<rsa::sha2::Sha256>::new(keys[said.key].clone()).sign(signed.as_bytes());
    let token = format!("{signed}.{}", encoded(&signature.to_bytes()));
    (200, json!({ "access_token": "a", "token_type": "Bearer", "id_token": token, "expires_in": 60 }))
}

/// Parts of a query.
fn query(url: &str) -> HashMap<String, String> {
    let pairs = url.split_once('?').unwrap().1.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.replace("%3A", ":").replace("%2F", "/"))).collect()
}

/// Goes to the provider and comes back with what `change` makes of it.
fn sign_in(
    server: &Server,
    provider: &Provider,
    role: Option<Value>,
    change: impl Fn(&mut Said, &mut String, &mut String),
) -> service::Reply {
    let browser = server.client(None);
    let away = browser.get("/sign-in").expect(303);
    let asked = query(away.header("location").unwrap());
    assert_eq!(
        (asked["client_id"].as_str(), asked["response_type"].as_str(), asked["code_challenge_method"].as_str()),
        ("tierlight", "code", "S256")
    );
    assert_eq!(asked["redirect_uri"], format!("{}/sign-in/callback", server.url));
    let (mut code, mut state) = ("right".to_owned(), asked["state"].clone());
    {
        let mut said = provider.said.lock().unwrap();
        *said = Said { nonce: asked["nonce"].clone(), challenge: asked["code_challenge"].clone(), role, key: 0 };
        change(&mut said, &mut code, &mut state);
    }
    let cookie = away.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    browser.with("Cookie", &cookie).get(&format!("/sign-in/callback?code={code}&state={state}"))
}

#[test]
fn a_provider_vouches_for_who_signs_in() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    // the organisation of those who will sign in
    let server = Server::start(&data, &[]);
    let organisation = server.owner().get("/api/v1/organisation").expect(200).json()["id"].as_str().unwrap().to_owned();
    server.client(None).get("/sign-in").problem(404, "no_route");
    server.stop();
    let provider = Provider::start();
    let set = |name: &str, value: &str| format!("oidc.{name}={value}");
    let settings = [
        "limits.sign_ins_per_minute=6000".to_owned(),
        set("issuer", &provider.url),
        set("client_id", "tierlight"),
        set("organisation", &organisation),
    ];
    let flags: Vec<&str> = settings.iter().flat_map(|s| ["--set", s.as_str()]).collect();
    let server = Server::start_with(&data, &flags, &[("TIERLIGHT_OIDC_CLIENT_SECRET", "hidden")]);

    let signed_in = sign_in(&server, &provider, Some(json!("analyst")), |_, _, _| {}).expect(200);
    let cookie = signed_in.headers.iter().filter(|(n, _)| n == "set-cookie").find(|(_, v)| v.starts_with("tierlight_session=")).unwrap();
    let browser = server.client(None).with("Cookie", cookie.1.split(';').next().unwrap());
    let myself = browser.get("/api/v1/session").expect(200).json();
    assert_eq!((&myself["role"], &myself["organisation"]), (&json!("analyst"), &json!(organisation)));
    assert!(myself["principal"].as_str().unwrap().starts_with("oidc_") && !myself.to_string().contains("person-17"));
    browser.get("/api/v1/keys").problem(403, "not_allowed");

    // several roles: the highest; none: not let in
    let several = sign_in(&server, &provider, Some(json!(["other", "viewer", "inspector"])), |_, _, _| {}).expect(200);
    assert!(several.text().contains("signed in"));
    sign_in(&server, &provider, None, |_, _, _| {}).problem(403, "not_allowed");
    sign_in(&server, &provider, Some(json!("boss")), |_, _, _| {}).problem(403, "not_allowed");
    // another's state, code, nonce, proof or key
    sign_in(&server, &provider, Some(json!("admin")), |_, _, state| "forged".clone_into(state)).problem(401, "not_signed_in");
    sign_in(&server, &provider, Some(json!("admin")), |_, code, _| "wrong".clone_into(code)).problem(401, "not_signed_in");
    sign_in(&server, &provider, Some(json!("admin")), |said, _, _| "other".clone_into(&mut said.nonce)).problem(401, "not_signed_in");
    sign_in(&server, &provider, Some(json!("admin")), |said, _, _| "other".clone_into(&mut said.challenge)).problem(401, "not_signed_in");
    sign_in(&server, &provider, Some(json!("admin")), |said, _, _| said.key = 1).problem(401, "not_signed_in");
    Client::new(&server.url, None).get("/sign-in/callback?code=right&state=x").problem(401, "not_signed_in");
    assert!(!server.log().contains("hidden") && !server.log().contains("person-17"));
}

#[test]
fn strangers_do_not_make_it_ask_without_end() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let server = Server::start(&data, &[]);
    let organisation = server.owner().get("/api/v1/organisation").expect(200).json()["id"].as_str().unwrap().to_owned();
    server.stop();
    let provider = Provider::start();
    // five at once
    let settings = [
        "limits.sign_ins_per_minute=30".to_owned(),
        format!("oidc.issuer={}", provider.url),
        "oidc.client_id=tierlight".to_owned(),
        format!("oidc.organisation={organisation}"),
    ];
    let flags: Vec<&str> = settings.iter().flat_map(|s| ["--set", s.as_str()]).collect();
    let server = Server::start_with(&data, &flags, &[("TIERLIGHT_OIDC_CLIENT_SECRET", "hidden")]);
    let stranger = server.client(None);
    let answers: Vec<_> = (0..40).map(|_| stranger.get("/sign-in")).collect();
    let sent = answers.iter().filter(|a| a.status == 303).count();
    // some more while the forty were answered
    assert!((5..=20).contains(&sent), "{sent} of 40 were sent to the provider");
    assert!(answers.into_iter().filter(|a| a.status != 303).all(|a| a.header("retry-after").is_some() && a.status == 429));
    // what it says of itself is remembered
    let asked = provider.asked.load(Ordering::Relaxed);
    assert!(asked <= 2, "the provider was asked {asked} times");
    // those who come back count as well, before anything is asked
    stranger.get("/sign-in/callback?code=right&state=x").problem(429, "rate_limited");
    assert_eq!(provider.asked.load(Ordering::Relaxed), asked);
}

//! Starting, serving, stopping.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tierlight_store::Store;

use crate::access::first::{self, First};
use crate::access::oidc::Provider;
use crate::api;
use crate::config::{Config, Tls};
use crate::jobs::{Settings, Workers};
use crate::operation::{bare, body, log, numbers, observe};
use crate::pages;
use crate::problem::{json_config, no_route, path_config, query_config};
use crate::state::{State, cores};

/// Why the service cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] tierlight_store::Error),
    /// The first start.
    #[error(transparent)]
    First(#[from] first::Error),
    /// The address.
    #[error("cannot listen on {listen}: {source}")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// TLS files.
    #[error("TLS: {what}")]
    Tls {
        /// What is wrong.
        what: String,
    },
    /// A provider that cannot be.
    #[error("{what}")]
    Provider {
        /// What is wrong.
        what: String,
    },
    /// The server ended by itself.
    #[error("the server ended: {0}")]
    Ended(std::io::Error),
}

impl Error {
    /// What to do.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Error::Store(error) | Error::First(first::Error::Store(error)) => error.hint().to_owned(),
            Error::Listen { .. } => "choose another address or port with --listen, or stop what uses it".to_owned(),
            Error::Tls { .. } => "both files are PEM; the key is that of the first certificate".to_owned(),
            Error::Provider { .. } => "`tierlight config show` says what each setting is".to_owned(),
            _ => String::new(),
        }
    }
}

/// What a start has to tell.
#[derive(Debug)]
pub struct Announcement {
    /// URL under which browsers reach it.
    pub url: String,
    /// The owner's key at the first start, and a link.
    pub first: First,
}

/// Time for a client to take in the end of a connection.
const GOODBYE: Duration = Duration::from_secs(5);
/// How often rates of those who are gone are forgotten.
const FORGET: Duration = Duration::from_mins(5);
/// Connections that may wait to be taken.
const BACKLOG: u32 = 2_048;

/// Serves until the process is told to end. `program` is what jobs run; `announce` hears once that it has begun.
///
/// # Errors
/// The store, the address, TLS or the provider cannot be used.
pub async fn serve(config: Config, program: PathBuf, announce: impl FnOnce(&Announcement)) -> Result<(), Error> {
    log::begin(&config);
    numbers::begin();
    more_files();
    // who asks a provider finds it as the process's; a second beginning in one process changes nothing
    let _ = rustls::crypto::ring::default_provider().install_default();
    let store = Store::open(config.database.clone(), &config.data_dir).await?.with_reserve(config.limits.free_bytes);
    let lock = store.lock().await?;
    store.forget_broken_requests().await?;
    let tls = config.tls.as_ref().map(tls).transpose()?;

    // the address is taken before the provider is told of it
    let listener = std::net::TcpListener::bind(config.listen).map_err(|source| Error::Listen { listen: config.listen, source })?;
    let listen = listener.local_addr().map_err(|source| Error::Listen { listen: config.listen, source })?;
    let url = config.url(listen);
    let provider = config.oidc.clone().map(|oidc| Provider::new(oidc, &url)).transpose().map_err(|what| Error::Provider { what })?;
    let jobs = Settings {
        workers: config.workers.max(1),
        memory: config.job_memory,
        reserve: config.limits.free_bytes,
        patience: config.shutdown,
        ..Settings::new(program)
    };
    let workers = Workers::start(store.clone(), jobs).await?;
    let state = Data::new(State::new(store.clone(), config.clone(), url.clone(), provider));

    let shared = state.clone();
    let limits = config.limits.clone();
    let server = HttpServer::new(move || application(shared.clone()))
        .workers(if config.threads == 0 { cores() } else { config.threads })
        .backlog(BACKLOG)
        .max_connections(usize::try_from(limits.connections).unwrap_or(usize::MAX))
        .client_request_timeout(Duration::from_secs(limits.head_seconds.max(1)))
        .client_disconnect_timeout(GOODBYE)
        .keep_alive(Duration::from_secs(limits.idle_seconds.max(1)))
        .shutdown_timeout(config.shutdown.as_secs())
        .disable_signals();
    let server = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, tls),
        None => server.listen(listener),
    };
    let server = server.map_err(|source| Error::Listen { listen, source })?;
    // the owner's key is told once: it is made when nothing else can fail
    let first = first::start(&store, config.link).await?;
    let server = server.run();
    let handle = server.handle();
    let forgetting = state.clone();
    let housekeeping = tokio::spawn(async move {
        loop {
            tokio::time::sleep(FORGET).await;
            forgetting.rates.forget();
        }
    });
    let stopping = state.clone();
    let signals = tokio::spawn(async move {
        asked_to_end().await;
        tracing::info!("stopping");
        // event streams end, so that their connections do
        stopping.stopping.send_replace(true);
        handle.stop(true).await;
    });
    announce(&Announcement { url, first });
    tracing::info!(%listen, database = store.database().kind(), "serving");
    let ended = server.await;
    housekeeping.abort();
    signals.abort();
    workers.stop().await;
    store.close().await;
    drop(lock);
    tracing::info!("stopped");
    ended.map_err(Error::Ended)
}

/// The application: what all workers answer with.
fn application(
    state: Data<State>,
) -> App<
    impl actix_web::dev::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let json = usize::try_from(state.limits().json_bytes).unwrap_or(usize::MAX);
    let mut app = App::new()
        .app_data(state)
        .app_data(json_config(json))
        .app_data(query_config())
        .app_data(path_config())
        .wrap(from_fn(bare::bare))
        .wrap(from_fn(body::paced))
        .wrap(Compress::default())
        .wrap(from_fn(observe::observe))
        .configure(pages::configure)
        .default_service(web::to(no_route));
    for resource in api::routes().resources() {
        app = app.service(resource);
    }
    app
}

/// Ends when the process is told to end.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut end), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
            tokio::select! {
                _ = end.recv() => {}
                _ = interrupt.recv() => {}
            }
            return;
        }
    }
    // where handlers cannot be set the process ends as ever
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn tls(files: &Tls) -> Result<ServerConfig, Error> {
    let bad = |path: &std::path::Path, error: &dyn std::fmt::Display| Error::Tls { what: format!("{}: {error}", path.display()) };
    let certificates = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| bad(&files.certificate, &e))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|e| bad(&files.key, &e))?;
    ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(|e| bad(&files.certificate, &e))
}

/// Sockets are files: as many as the system lets this process have.
fn more_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let found = getrlimit(Resource::Nofile);
        if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: found.maximum, maximum: found.maximum }) {
            tracing::warn!(%error, "the number of open files stays as it is");
        }
    }
}

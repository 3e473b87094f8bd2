//! Entries of a version that are the same site.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Path};
use tierlight_store::{NewResult, ResultKind};

use super::model::RunResult;
use super::networks::VersionPath;
use super::results::{asked, make};
use crate::access::Allowed;
use crate::access::permission::MakeRuns;
use crate::options::MatchesOptions;
use crate::problem::Answer;
use crate::routes::Routes;
use crate::state::State;

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes.add(__path_create_matches, create_matches)
}

/// Finds entries that are the same site: inside a version, or against another. A job writes `matches.csv`.
///
/// Each pair is a match (accepted beforehand), potential (write yes or no under `accept`), or absent. Send the table, once people have
/// reviewed it, with `POST /runs`: rows with accept yes make one site of several entries.
#[utoipa::path(post, path = "/versions/{version}/matches", tag = "networks", params(VersionPath), request_body = MatchesOptions, responses((status = 202, description = "Asked for", body = RunResult)))]
async fn create_matches(
    at: Allowed<MakeRuns>,
    state: Data<State>,
    path: Path<VersionPath>,
    body: Json<MatchesOptions>,
    request: HttpRequest,
) -> Answer {
    let new = asked(ResultKind::Matches, &*body, Vec::new())?;
    let new = NewResult { version: Some(path.version.clone()), against: body.against.clone(), ..new };
    make(&state, &at.who, &request, &*body, new).await
}

//! What only who files a report can say: an answers file to fill in.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use tierlight_report::findings::answers::{framework, template};
use utoipa::IntoParams;

use super::runs::RunPath;
use crate::access::Allowed;
use crate::access::permission::ReadRuns;
use crate::problem::table::INVALID;
use crate::problem::{Answer, Problem};
use crate::routes::Routes;
use crate::state::State;
use crate::{audit, reading};

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes.add(__path_get_answers_template, get_answers_template)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AnswersQuery {
    /// Laws and guides, by id or part of one, separated by commas.
    #[param(example = "csddd,lksg")]
    frameworks: String,
}

/// An answers file for laws and guides, to be filled in and sent with a report as `answers`: what `tierlight report --suggest-answers` writes.
#[utoipa::path(get, path = "/runs/{run}/answers", tag = "results", params(RunPath, AnswersQuery),
    responses((status = 200, description = "The file", body = String, content_type = "application/toml", example = json!("[eu_csddd_2024]\n# art_7 = { answer = \"\", evidence = \"\", date = \"\" }\n"))))]
async fn get_answers_template(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<RunPath>,
    query: Query<AnswersQuery>,
    request: HttpRequest,
) -> Answer {
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let wanted = query.into_inner().frameworks;
    let text = reading::ask(&state.clone().into_inner(), &run, move |opened| {
        let known = &opened.assessment().parameters.reporting.frameworks;
        let meant = wanted.split(',').map(|id| framework(known, id)).collect::<Result<Vec<_>, _>>();
        let meant = meant.map_err(|e| Problem::new(INVALID, e.to_string()).hint(e.hint().to_owned()))?;
        Ok(template(&meant))
    })
    .await?;
    audit::note(&state, &run.organisation, &at.who, &request, "run.answers", [run.id.to_string()]).await?;
    Ok(HttpResponse::Ok().insert_header(("Content-Type", "application/toml; charset=utf-8")).body(text))
}

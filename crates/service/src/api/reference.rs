//! Model cards: how well the method does where it was not fitted.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use tierlight_store::ResultKind;
use utoipa::{IntoParams, ToSchema};

use super::model::RunResult;
use super::page::Listed;
use super::results::create;
use crate::access::Allowed;
use crate::access::permission::{MakeRuns, ReadRuns};
use crate::options::PacksOptions;
use crate::problem::table::NOT_FOUND;
use crate::problem::{Answer, Problem};
use crate::reply;
use crate::routes::Routes;
use crate::state::State;

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes.add(__path_list_models, list_models).add(__path_get_model_card, get_model_card).add(__path_create_model_card, create_model_card)
}

/// A version of the method.
#[allow(clippy::struct_field_names, reason = "names of the API")]
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "model": "1.8", "engine": "0.1.0", "card": "/api/v1/models/1.8/card" }))]
struct Model {
    /// Version of the method.
    model: String,
    /// Version of the program.
    engine: String,
    /// Where its card is.
    card: String,
}

/// Versions of the method that this service scores with.
#[utoipa::path(get, path = "/models", tag = "reference", responses((status = 200, description = "All", body = Listed<Model>)))]
async fn list_models(_at: Allowed<ReadRuns>, request: HttpRequest) -> Answer {
    let model = tierlight_core::METHOD_VERSION.to_owned();
    let card = format!("{}/models/{model}/card", crate::routes::BASE);
    let items = vec![Model { model, engine: env!("CARGO_PKG_VERSION").to_owned(), card }];
    reply::json(&request, &Listed { items, next: None })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ModelPath {
    /// Version of the method.
    #[param(example = "1.8")]
    model: String,
}

/// The card of the built-in packs; a test holds it to what `tierlight validate` prints.
const CARD: &str = include_str!("../../../../docs/model-card.md");

/// The model card: how well the method does where it was not fitted.
#[utoipa::path(get, path = "/models/{model}/card", tag = "reference", params(ModelPath),
    responses((status = 200, description = "The card", body = String, content_type = "text/markdown", example = json!("# Model card\n"))))]
async fn get_model_card(_at: Allowed<ReadRuns>, path: Path<ModelPath>) -> Answer {
    if path.model != tierlight_core::METHOD_VERSION {
        return Err(Problem::new(NOT_FOUND, "no such model here").hint("GET /api/v1/models lists them"));
    }
    Ok(HttpResponse::Ok().insert_header(("Content-Type", "text/markdown; charset=utf-8")).body(CARD))
}

/// Tests the method with packs laid over the built-in ones, and writes its card (`card.md`). A job does it; the summary holds the figures.
#[utoipa::path(post, path = "/model-cards", tag = "reference", request_body = PacksOptions, responses((status = 202, description = "Asked for", body = RunResult)))]
async fn create_model_card(at: Allowed<MakeRuns>, state: Data<State>, body: Payload, request: HttpRequest) -> Answer {
    create::<PacksOptions>(&state, &at.who, &request, None, ResultKind::ModelCard, body, |_, _| Ok(())).await
}

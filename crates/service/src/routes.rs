//! Every route with its handler, who is let in, and what OpenAPI says of it: in one place, so that none can lack another.

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Resource, Responder, Route, web};
use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::{Paths, RefOr, Schema};

use crate::access::{Guarded, Need};
use crate::problem::method_not_allowed;
use crate::problem::table::{KINDS, Kind};

/// Where the API begins.
pub const BASE: &str = "/api/v1";

/// Routes with what is said of them.
#[derive(Default)]
pub struct Routes {
    paths: IndexMap<String, Vec<(Method, Route)>>,
    doc: Paths,
    needs: IndexMap<(String, Method), Need>,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Routes {
    /// Adds a handler. Its documentation says path and method, its first argument who is let in.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "utoipa's documentation is a value without size")]
    pub fn add<D, H, A>(mut self, _: D, handler: H) -> Self
    where
        D: utoipa::Path + utoipa::__dev::SchemaReferences + for<'t> utoipa::__dev::Tags<'t>,
        H: Handler<A>,
        A: FromRequest + Guarded + 'static,
        H::Output: Responder + 'static,
    {
        let path = format!("{BASE}{}", D::path());
        D::schemas(&mut self.schemas);
        let mut operation = D::operation();
        operation.tags = Some(D::tags().into_iter().map(str::to_owned).collect());
        self.doc.add_path_operation(&path, D::methods(), operation);
        for method in D::methods().iter().map(method_of) {
            self.needs.insert((path.clone(), method.clone()), A::need());
            let route = Route::new().method(method.clone()).to(handler.clone());
            self.paths.entry(path.clone()).or_default().push((method, route));
        }
        self
    }

    /// The routes for an application; other methods on their paths are told which there are.
    pub fn resources(self) -> impl Iterator<Item = Resource> {
        self.paths.into_iter().map(|(path, routes)| {
            let mut methods: Vec<Method> = routes.iter().map(|(method, _)| method.clone()).collect();
            if methods.contains(&Method::GET) {
                methods.push(Method::HEAD);
            }
            let resource = routes.into_iter().fold(web::resource(path), |resource, (_, route)| resource.route(route));
            resource.default_service(web::to(move |request| method_not_allowed(methods.clone(), request)))
        })
    }

    /// What is said of them, as the parts of an OpenAPI document: paths and schemas.
    #[must_use]
    pub fn documentation(self) -> (Value, Map<String, Value>) {
        let mut paths = serde_json::to_value(&self.doc).unwrap_or_default();
        for ((path, method), need) in &self.needs {
            let operation = &mut paths[path.as_str()][method.as_str().to_ascii_lowercase().as_str()];
            complete(operation, method, *need);
        }
        let mut schemas: Vec<(String, Value)> =
            self.schemas.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default())).collect();
        schemas.sort_by(|x, y| x.0.cmp(&y.0));
        schemas.dedup_by(|x, y| x.0 == y.0);
        (paths, schemas.into_iter().collect())
    }
}

fn method_of(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Trace => Method::TRACE,
    }
}

/// Adds to an operation who is let in, and the problems that any such operation may answer with.
fn complete(operation: &mut Value, method: &Method, need: Need) {
    if let Some((role, scope)) = need {
        operation["security"] = json!([{ "key": [] }, { "session": [] }]);
        operation["x-role"] = role.as_str().into();
        operation["x-scope"] = scope.map_or(Value::Null, |s| s.word().into());
    } else {
        operation["security"] = json!([]);
        operation["x-role"] = "anyone".into();
        operation["x-scope"] = Value::Null;
    }
    let has = |what: &str| operation.get(what).is_some_and(|v| v.as_array().is_none_or(|list| !list.is_empty()));
    let parameter = |key: &str, value: &str| {
        operation.get("parameters").and_then(Value::as_array).is_some_and(|all| all.iter().any(|p| p.get(key).is_some_and(|v| v == value)))
    };
    // what has a tag of its own says that it reads this header
    let changes_what_was_read = parameter("name", "If-Match");
    let (path, query, body) = (parameter("in", "path"), parameter("in", "query"), has("requestBody"));
    let wanted = |kind: &Kind| match kind.status {
        401 | 403 => need.is_some(),
        404 => path || body,
        409 => !method.is_safe() || path,
        412 => changes_what_was_read,
        400 | 422 => query || body || path,
        408 | 413 | 415 | 507 => body || !method.is_safe(),
        405 | 406 => false,
        _ => true,
    };
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for kind in KINDS.iter().filter(|k| wanted(k)) {
        let shared = json!({ "$ref": format!("#/components/responses/{}", kind.status) });
        responses.entry(kind.status.to_string()).or_insert(shared);
    }
}

/// Problems by status: what operations refer to.
#[must_use]
pub fn problem_responses() -> Value {
    let mut by_status: IndexMap<u16, Vec<String>> = IndexMap::new();
    for kind in KINDS {
        by_status.entry(kind.status).or_default().push(format!("`{}`: {}", kind.code, kind.title));
    }
    by_status.sort_keys();
    let response = |words: Vec<String>| {
        json!({
            "description": words.join(". "),
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    by_status.into_iter().map(|(status, words)| (status.to_string(), response(words))).collect::<Map<String, Value>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_schemas_have_one_name() {
        let mut named: IndexMap<String, Value> = IndexMap::new();
        for (name, schema) in crate::api::routes().schemas {
            let schema = serde_json::to_value(schema).unwrap();
            let first = named.entry(name.clone()).or_insert_with(|| schema.clone());
            assert!(*first == schema, "{name} is two things: the document would show one of them for both");
        }
        assert!(named.len() > 50);
    }
}

//! Extractors that stand first in every handler: who is let in, and what OpenAPI says of it.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use tierlight_store::Role;

use super::permission::{Permission, Scope};
use super::principal::{Principal, allowed};
use crate::problem::Problem;

/// Somebody who may what `P` says.
#[derive(Debug)]
pub struct Allowed<P> {
    /// Who asks.
    pub who: Principal,
    permission: PhantomData<P>,
}

impl<P: Permission> FromRequest for Allowed<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(allowed(request, P::ROLE, P::SCOPE).map(|who| Self { who, permission: PhantomData }))
    }
}

/// Anybody, signed in or not.
#[derive(Debug)]
pub struct Anyone;

impl FromRequest for Anyone {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

/// What is needed to be let in.
pub type Need = Option<(Role, Option<Scope>)>;

/// An extractor that lets in or not.
pub trait Door {
    /// What it asks for; `None` is nothing.
    fn need() -> Need;
}

impl<P: Permission> Door for Allowed<P> {
    fn need() -> Need {
        Some((P::ROLE, P::SCOPE))
    }
}

impl Door for Anyone {
    fn need() -> Need {
        None
    }
}

/// Arguments of a handler that begin with a door. A handler without one is no route.
pub trait Guarded {
    /// What the door asks for.
    fn need() -> Need;
}

macro_rules! guarded {
    ($($other:ident)*) => {
        impl<D: Door, $($other),*> Guarded for (D, $($other,)*) {
            fn need() -> Need {
                D::need()
            }
        }
    };
}

guarded!();
guarded!(A);
guarded!(A B);
guarded!(A B C);
guarded!(A B C E);
guarded!(A B C E F);
guarded!(A B C E F G);

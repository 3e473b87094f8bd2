//! Every problem that the service answers with: code, status, title. Codes keep their meaning for good.

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Code for programs.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What it is, for people; the same for every occurrence.
    pub title: &'static str,
}

macro_rules! kinds {
    ($($name:ident $code:literal $status:literal $title:literal;)*) => {
        $(#[doc = $title] pub const $name: Kind = Kind { code: $code, status: $status, title: $title };)*

        /// All of them, in the order of the page.
        pub const KINDS: &[Kind] = &[$($name),*];
    };
}

kinds! {
    BAD_JSON "bad_json" 400 "The body is not the JSON that is expected";
    BAD_QUERY "bad_query" 400 "A part of the query is not understood";
    BAD_HEADER "bad_header" 400 "A header is not understood";
    BAD_MULTIPART "bad_multipart" 400 "The form is broken or cut off";
    BAD_BODY "bad_body" 400 "The body is broken or cut off";
    NOT_SIGNED_IN "not_signed_in" 401 "No key, no session, or one that is over";
    NOT_ALLOWED "not_allowed" 403 "The role or scopes of the key do not allow this";
    FORGED "forged" 403 "The request does not come from a page of this service";
    REDACTED "redacted" 403 "The grant does not show this";
    NOT_FOUND "not_found" 404 "There is no such thing, or it belongs to others";
    NO_ROUTE "no_route" 404 "There is nothing at this path";
    NO_SITE "no_site" 404 "The run has no such site";
    METHOD_NOT_ALLOWED "method_not_allowed" 405 "The path does not take this method";
    NOT_ACCEPTABLE "not_acceptable" 406 "There is no such form of this";
    TOO_SLOW "too_slow" 408 "The body comes more slowly than is waited for";
    CONFLICT "conflict" 409 "The thing is in a state in which this cannot be done";
    NOT_READY "not_ready" 409 "It is not ready yet, or came to nothing";
    KEY_REUSED "idempotency_key_reused" 409 "The Idempotency-Key was used for another request";
    KEY_BUSY "idempotency_key_busy" 409 "A request with this Idempotency-Key is under way";
    MANY_SITES "many_sites" 409 "Several sites are called so";
    CHANGED "changed" 412 "It has changed since it was read";
    TOO_LARGE "too_large" 413 "The body is larger than is taken";
    BAD_MEDIA_TYPE "bad_media_type" 415 "The body is of a kind that is not read here";
    INVALID "invalid" 422 "A value is outside its range or refers to what is not there";
    BAD_INPUT "bad_input" 422 "The uploaded files cannot be read";
    PERSONAL_DATA "personal_data" 422 "What comes in holds personal data";
    TOO_MANY_FILES "too_many_files" 422 "More files or inflated bytes than are taken";
    RATE_LIMITED "rate_limited" 429 "More requests than are answered in this time";
    QUEUE_FULL "queue_full" 429 "As many jobs wait as may wait";
    TOO_MANY_UPLOADS "too_many_uploads" 429 "As many uploads are under way as are taken";
    TOO_MANY_STREAMS "too_many_streams" 429 "As many event streams are open as are served";
    INTERNAL "internal" 500 "The service failed; the log says why";
    STOPPING "stopping" 503 "The service is stopping or starting";
    BUSY "busy" 503 "The service has too much to do";
    STORAGE_FULL "storage_full" 507 "The disk of the service is full";
}

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn codes_are_words_and_each_once() {
        let mut codes: Vec<&str> = KINDS.iter().map(|k| k.code).collect();
        assert!(codes.iter().all(|c| c.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), KINDS.len());
        assert!(KINDS.iter().all(|k| (400..600).contains(&k.status)));
    }
}

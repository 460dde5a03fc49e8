//! Which pages may read the browser routes: those of the configured origins, and no others.

use crate::gateway::Response;

/// How long a browser remembers a permission, in seconds.
const MAX_AGE_S: &str = "600";

/// Lets a page of `origin` read the answer if that origin is one of `allowed`.
pub(crate) fn permit(response: &mut Response, allowed: &[String], origin: Option<&str>) {
    // Said of every answer, so that no cache gives one origin's to another.
    response.header("vary", "origin");
    if let Some(origin) = origin.filter(|origin| allowed.iter().any(|one| one == origin)) {
        response.header("access-control-allow-origin", origin);
    }
}

/// The answer to a browser that asks before it asks.
pub(crate) fn preflight(allow: &'static str) -> Response {
    let mut response = Response::new(204, "text/plain", String::new());
    response.header("access-control-allow-methods", allow);
    response.header(
        "access-control-allow-headers",
        "authorization, content-type",
    );
    response.header("access-control-max-age", MAX_AGE_S);
    response
}

//! The console: one page without dependencies. It holds no data; it asks for the token and then for everything else.

use axum::{
    http::{HeaderName, header},
    response::{Html, IntoResponse},
};

const PAGE: &str = include_str!("console.html");

pub(super) async fn page() -> impl IntoResponse {
    let headers: [(HeaderName, &str); 4] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; \
             base-uri 'none'; form-action 'none'",
        ),
    ];
    (headers, Html(PAGE))
}

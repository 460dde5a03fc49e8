//! Which request is whose.

/// What a method and a path ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// A provider's webhook at one of our endpoints.
    Webhook {
        /// The provider in the path.
        provider: &'a str,
        /// The endpoint in the path.
        endpoint: &'a str,
    },
    /// Is the function alive.
    Health,
    /// Can it do its work.
    Ready,
    /// A browser asks whether a page may use a browser route.
    Preflight {
        /// The method the route is for.
        allow: &'static str,
    },
    /// The path is a route, for another method.
    WrongMethod {
        /// The method it is for.
        allow: &'static str,
    },
    /// No route.
    Unknown,
}

impl<'a> Route<'a> {
    /// Dispatches on the raw path alone: nothing is decoded or normalized, so no two readers can disagree.
    pub(crate) fn of(method: &str, path: &'a str) -> Self {
        let (route, allow) = match path {
            "/health" => (Self::Health, "GET"),
            "/health/ready" => (Self::Ready, "GET"),
            _ => match webhook(path) {
                Some(route) => (route, "POST"),
                None => return Self::Unknown,
            },
        };
        if method == allow {
            route
        } else if method == "OPTIONS" && route.is_for_browsers() {
            Self::Preflight { allow }
        } else {
            Self::WrongMethod { allow }
        }
    }
}

impl Route<'_> {
    /// Whether pages of allowed origins may use it. Providers are no browsers.
    pub(crate) const fn is_for_browsers(&self) -> bool {
        matches!(self, Self::Health | Self::Ready | Self::Preflight { .. })
    }
}

fn webhook(path: &str) -> Option<Route<'_>> {
    let (provider, endpoint) = path.strip_prefix("/webhooks/")?.split_once('/')?;
    let whole = !provider.is_empty() && !endpoint.is_empty() && !endpoint.contains('/');
    whole.then_some(Route::Webhook { provider, endpoint })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_route_has_one_method() {
        let vapi = Route::Webhook {
            provider: "vapi",
            endpoint: "demo",
        };
        assert_eq!(Route::of("POST", "/webhooks/vapi/demo"), vapi);
        assert_eq!(
            Route::of("GET", "/webhooks/vapi/demo"),
            Route::WrongMethod { allow: "POST" }
        );
        assert_eq!(Route::of("GET", "/health"), Route::Health);
        assert_eq!(Route::of("GET", "/health/ready"), Route::Ready);
        assert_eq!(
            Route::of("OPTIONS", "/health"),
            Route::Preflight { allow: "GET" }
        );
        assert_eq!(
            Route::of("OPTIONS", "/webhooks/vapi/demo"),
            Route::WrongMethod { allow: "POST" }
        );
        assert_eq!(
            Route::of("POST", "/health"),
            Route::WrongMethod { allow: "GET" }
        );
    }

    #[test]
    fn everything_else_is_unknown() {
        for path in [
            "",
            "/",
            "/webhooks",
            "/webhooks/vapi",
            "/webhooks/vapi/",
            "/webhooks//demo",
            "/webhooks/vapi/demo/",
            "/webhooks/vapi/a/b",
            "//health",
            "/health/",
            "/HEALTH",
        ] {
            assert_eq!(Route::of("POST", path), Route::Unknown, "{path}");
        }
    }
}

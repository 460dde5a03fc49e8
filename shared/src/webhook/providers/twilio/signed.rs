//! What a Twilio signature covers.

use std::borrow::Cow;
use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::super::super::proof::{Algorithm, Encoding, keys, matches_any, text_key};
use super::super::super::{Refusal, Request, Verification, form};

type Pair<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// Checks the signature of a form, or of the URL and through it the body's digest.
pub(super) fn verify(verification: &Verification<'_>) -> Result<(), Refusal> {
    let request = verification.request;
    let signature = request.headers.uncombined("x-twilio-signature")?;
    let keys = keys(verification.secrets, text_key)?;
    let params = covered(request)?;
    let presented = [Encoding::Base64.decode(signature)];
    let url = request.public_url(verification.public_base_url);
    let proved = spellings(&url).iter().any(|url| {
        let parts: Vec<&[u8]> = std::iter::once(url.as_bytes())
            .chain(
                params
                    .iter()
                    .flat_map(|(name, value)| [name.as_ref(), value.as_ref()]),
            )
            .collect();
        matches_any(Algorithm::Sha1, &keys, &parts, &presented)
    });
    if proved {
        Ok(())
    } else {
        Err(Refusal::SignatureMismatch)
    }
}

/// The parameters that are signed beside the URL: sorted by name, then by value, equal pairs once.
///
/// A digest in the URL must hold for whatever body there is; else a signed URL could be sent again with another
/// body and the content type of a form. Without one, only a form or nothing at all is covered by the signature.
fn covered(request: &Request) -> Result<BTreeSet<Pair<'_>>, Refusal> {
    let digests = form::pairs(request.query.as_bytes())
        .filter(|(name, value)| name.as_ref() == b"bodySHA256" && !value.is_empty());
    let mut has_digest = false;
    for (_, digest) in digests {
        has_digest = true;
        let stated = hex::decode(&digest).unwrap_or_default();
        if !bool::from(Sha256::digest(&request.body).as_slice().ct_eq(&stated)) {
            return Err(Refusal::BodyHashMismatch);
        }
    }
    match request.media_type().as_str() {
        "application/x-www-form-urlencoded" => Ok(form::pairs(&request.body).collect()),
        "" if request.body.is_empty() => Ok(BTreeSet::new()),
        _ if has_digest => Ok(BTreeSet::new()),
        _ => Err(Refusal::BodyHashMissing),
    }
}

/// The spellings of one URL that Twilio is known to sign: with and without its port, each with the query as sent,
/// with the apostrophe encoded, and re-encoded as Node's `querystring` does.
fn spellings(url: &str) -> Vec<String> {
    let (resource, query) = url
        .split_once('?')
        .map_or((url, None), |(resource, query)| (resource, Some(query)));
    let mut queries = vec![query.map(str::to_owned)];
    if let Some(query) = query {
        let encoded = query.replace('\'', "%27");
        let component = |bytes: &[u8]| form::encode_component(bytes);
        let legacy: Vec<String> = form::pairs(query.as_bytes())
            .map(|(name, value)| format!("{}={}", component(&name), component(&value)))
            .collect();
        queries.extend([encoded, legacy.join("&")].map(Some));
    }
    queries.dedup();
    let mut spellings = Vec::with_capacity(queries.len() * 3);
    for resource in ports(resource) {
        for query in &queries {
            spellings.push(
                query
                    .as_ref()
                    .map_or_else(|| resource.clone(), |query| format!("{resource}?{query}")),
            );
        }
    }
    spellings
}

/// The URL up to its query as it is, without a port, and with one: its own, or the scheme's.
fn ports(resource: &str) -> Vec<String> {
    let mut all = vec![resource.to_owned()];
    let Some((scheme, rest)) = resource.split_once("://") else {
        return all;
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host_at = authority.rfind('@').map_or(0, |at| at + 1);
    // A colon inside the brackets of an IPv6 address starts no port.
    let name_end = authority.rfind(']').map_or(host_at, |at| at + 1);
    if let Some(colon) = authority[name_end..].find(':').map(|at| name_end + at) {
        all.push(format!("{scheme}://{}{path}", &authority[..colon]));
    } else {
        let port = if scheme.eq_ignore_ascii_case("https") {
            443
        } else {
            80
        };
        all.push(format!("{scheme}://{authority}:{port}{path}"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_added_or_taken_away_and_nothing_else() {
        let other = |url: &str| ports(url).pop().unwrap();
        assert_eq!(other("https://a.example/x"), "https://a.example:443/x");
        assert_eq!(other("http://a.example"), "http://a.example:80");
        assert_eq!(other("https://a.example:8443/x"), "https://a.example/x");
        assert_eq!(
            other("https://user:pass@a.example/x:1"),
            "https://user:pass@a.example:443/x:1"
        );
        assert_eq!(
            other("https://user:pass@a.example:1234/x"),
            "https://user:pass@a.example/x"
        );
        assert_eq!(
            other("https://[2001:db8::1]/x"),
            "https://[2001:db8::1]:443/x"
        );
        assert_eq!(
            other("https://[2001:db8::1]:8443/x"),
            "https://[2001:db8::1]/x"
        );
        assert_eq!(ports("no url"), ["no url"]);
    }

    #[test]
    fn the_query_as_sent_comes_first() {
        let all = spellings("https://a.example/x?Body=It's+here&Body=a%20b");
        assert_eq!(all[0], "https://a.example/x?Body=It's+here&Body=a%20b");
        assert!(all.contains(&"https://a.example/x?Body=It%27s+here&Body=a%20b".to_owned()));
        assert!(all.contains(&"https://a.example:443/x?Body=It's%20here&Body=a%20b".to_owned()));
        assert_eq!(spellings("https://a.example/x").len(), 2);
    }
}

//! Who asks: the token of an organisation's user, as Supabase Auth signs it.
//!
//! Only `app_metadata` decides, which the service alone can write; `user_metadata` is the user's own.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use sallyport::secrets::SecretText;
use serde::Deserialize;
use uuid::Uuid;

use crate::refusal::Refusal;

/// How far two clocks may differ, in seconds.
const LEEWAY_S: u64 = 30;
/// The longest token: a user's claims are a few hundred bytes.
const LONGEST: usize = 8192;
/// Roles that may ask for an erasure.
const ADMINISTRATORS: [&str; 2] = ["admin", "owner"];

/// An administrator of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Administrator {
    pub organization: Uuid,
    pub user: Uuid,
}

#[derive(Deserialize)]
struct Claims {
    sub: Uuid,
    role: String,
    app_metadata: AppMetadata,
}

#[derive(Deserialize)]
struct AppMetadata {
    org_id: Uuid,
    #[serde(default)]
    role: Option<String>,
}

/// The key of the stored secret, `{"jwt_secret":"…"}`.
pub(crate) fn key(secret: &SecretText) -> Option<DecodingKey> {
    #[derive(Deserialize)]
    struct Stored {
        jwt_secret: String,
    }
    let stored: Stored = serde_json::from_str(secret.expose()).ok()?;
    // An empty secret would sign anybody's token.
    (!stored.jwt_secret.trim().is_empty())
        .then(|| DecodingKey::from_secret(stored.jwt_secret.as_bytes()))
}

/// Reads a token: signature, expiry and audience first, then whose it is.
pub(crate) fn read(token: &str, key: &DecodingKey) -> Result<Administrator, Refusal> {
    if token.len() > LONGEST {
        return Err(Refusal::Unauthenticated);
    }
    let mut rules = Validation::new(Algorithm::HS256);
    rules.leeway = LEEWAY_S;
    rules.validate_nbf = true;
    rules.set_audience(&["authenticated"]);
    rules.set_required_spec_claims(&["exp", "aud", "sub"]);
    let claims = decode::<Claims>(token, key, &rules)
        .map_err(|_| Refusal::Unauthenticated)?
        .claims;
    if claims.role != "authenticated" {
        return Err(Refusal::Unauthenticated);
    }
    let role = claims.app_metadata.role.as_deref();
    if !role.is_some_and(|role| ADMINISTRATORS.contains(&role)) {
        return Err(Refusal::NotAnAdministrator);
    }
    Ok(Administrator {
        organization: claims.app_metadata.org_id,
        user: claims.sub,
    })
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &str = "a-secret-of-the-test";
    const YEAR_2100: i64 = 4_102_444_800;

    fn claims() -> Value {
        json!({
            "sub": Uuid::from_u128(1), "role": "authenticated", "aud": "authenticated", "exp": YEAR_2100,
            "app_metadata": { "org_id": Uuid::from_u128(2), "role": "admin" },
        })
    }

    fn signed(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
        let key = EncodingKey::from_secret(secret.as_bytes());
        encode(&Header::new(algorithm), claims, &key).unwrap()
    }

    fn judged(token: &str) -> Result<Administrator, Refusal> {
        let secret = SecretText::new(json!({ "jwt_secret": SECRET }).to_string());
        read(token, &key(&secret).unwrap())
    }

    #[test]
    fn an_administrators_token_tells_who_and_whose() {
        let token = signed(&claims(), Algorithm::HS256, SECRET);
        let administrator = judged(&token).unwrap();
        assert_eq!(administrator.organization, Uuid::from_u128(2));
        assert_eq!(administrator.user, Uuid::from_u128(1));
    }

    #[test]
    fn a_token_that_does_not_hold_is_refused() {
        let changed = |pointer: &str, value: Value| {
            let mut all = claims();
            *all.pointer_mut(pointer).unwrap() = value;
            signed(&all, Algorithm::HS256, SECRET)
        };
        let without = |claim: &str| {
            let mut all = claims();
            all.as_object_mut().unwrap().remove(claim);
            signed(&all, Algorithm::HS256, SECRET)
        };
        let good = signed(&claims(), Algorithm::HS256, SECRET);
        let (head, rest) = good.split_once('.').unwrap();
        let (body, _) = rest.split_once('.').unwrap();
        for token in [
            String::new(),
            "x.y.z".to_owned(),
            "a".repeat(9000),
            signed(&claims(), Algorithm::HS256, "another"),
            signed(&claims(), Algorithm::HS384, SECRET),
            // {"alg":"none"}, without a signature.
            format!("eyJhbGciOiJub25lIn0.{body}."),
            format!("{head}.{body}."),
            changed("/exp", json!(1_700_000_000)),
            changed("/aud", json!("anon")),
            changed("/role", json!("service_role")),
            changed("/app_metadata/org_id", json!("*")),
            changed("/sub", json!("")),
            without("exp"),
            without("aud"),
            without("app_metadata"),
        ] {
            assert_eq!(judged(&token), Err(Refusal::Unauthenticated), "{token}");
        }
    }

    #[test]
    fn only_what_the_service_wrote_makes_an_administrator() {
        let mut member = claims();
        member["app_metadata"]["role"] = json!("member");
        member["user_metadata"] = json!({ "role": "admin" });
        let mut nobody = claims();
        nobody["app_metadata"]
            .as_object_mut()
            .unwrap()
            .remove("role");
        for all in [member, nobody] {
            let token = signed(&all, Algorithm::HS256, SECRET);
            assert_eq!(judged(&token), Err(Refusal::NotAnAdministrator));
        }
    }

    #[test]
    fn an_empty_secret_is_no_key() {
        for secret in ["", "{}", r#"{"jwt_secret":" "}"#] {
            assert!(key(&SecretText::new(secret)).is_none(), "{secret}");
        }
    }
}

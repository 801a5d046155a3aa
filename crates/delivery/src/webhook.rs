//! One event to one endpoint: what is written on the envelope, and what an answer means.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::webhook::{Delivery, Endpoint, Format, message_id};
use domain::{Instant, OrgId};
use ring::hmac;

use crate::net::{Net, Reply, Request};
use crate::outcome::Outcome;

/// Bytes of an answer that are kept.
const KEPT: usize = 1_024;
/// What secrets of Standard Webhooks begin with.
const PREFIX: &str = "whsec_";

/// Posts an event and tells what came of it. `secrets` sign it, the newest first.
pub(crate) async fn send(
    net: &Net,
    org: OrgId,
    endpoint: &Endpoint,
    secrets: &[String],
    delivery: &Delivery,
    now: Instant,
    patience: Duration,
) -> Outcome {
    let id = message_id(org, delivery.id);
    let mut headers =
        vec![("content-type".to_owned(), "application/json".to_owned()), ("webhook-id".to_owned(), id.clone())];
    match endpoint.format {
        Format::Standard => {
            let seconds = now.0.div_euclid(1_000_000);
            headers.push(("webhook-timestamp".to_owned(), seconds.to_string()));
            headers.push(("webhook-signature".to_owned(), signatures(secrets, &id, seconds, &delivery.body)));
        }
        Format::Caresoft => {
            let signature = secrets.first().map(|secret| hub_signature(secret, delivery.body.as_bytes()));
            headers.push(("x-hub-signature".to_owned(), signature.unwrap_or_default()));
        }
    }
    let request = Request {
        method: "POST".to_owned(),
        url: endpoint.url.clone(),
        headers,
        body: Bytes::copy_from_slice(delivery.body.as_bytes()),
    };
    match net.send(request, patience, KEPT).await {
        Ok(reply) => outcome(&reply),
        Err(fault) => fault.into(),
    }
}

fn outcome(reply: &Reply) -> Outcome {
    let answer = String::from_utf8_lossy(&reply.body).into_owned();
    let status = Some(reply.status);
    match reply.status {
        200..300 => Outcome::Sent { status, answer },
        410 => Outcome::Gone { answer },
        _ => Outcome::Retry { status, answer, pause: reply.pause },
    }
}

/// A signature by each secret, as Standard Webhooks wants them: `v1,` and HMAC-SHA256 of id, time and body in Base64.
pub fn signatures(secrets: &[String], id: &str, seconds: i64, body: &str) -> String {
    let signed = format!("{id}.{seconds}.{body}");
    let signatures = secrets.iter().map(|secret| {
        let bytes = secret.strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok());
        let key = hmac::Key::new(hmac::HMAC_SHA256, bytes.as_deref().unwrap_or(secret.as_bytes()));
        format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

/// The signature that CareSoft's webhooks carry: HMAC-SHA1 of the body in upper-case hex.
pub fn hub_signature(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    hmac::sign(&key, body).as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caresofts_published_vector() {
        assert_eq!(hub_signature("CS123", br#"{"ticket_id":1}"#), "420A69CE7D3C36559E9828D6361530DF30065D37");
    }

    #[test]
    fn standard_webhooks_published_vector() {
        let secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()];
        let signed = signatures(&secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let two = [secrets[0].clone(), "whsec_AAAA".to_owned()];
        assert!(
            signatures(&two, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#)
                .starts_with(&format!("{signed} v1,"))
        );
    }

    #[test]
    fn only_2xx_is_success() {
        let of = |status| outcome(&Reply { status, pause: Some(7), body: b"x".to_vec() });
        assert!(matches!(of(204), Outcome::Sent { status: Some(204), .. }));
        assert!(matches!(of(410), Outcome::Gone { .. }));
        for status in [100, 199, 301, 302, 307, 400, 404, 429, 500, 503] {
            assert!(matches!(of(status), Outcome::Retry { pause: Some(7), .. }), "{status}");
        }
    }
}

//! An old call of the journal is played again: as it came, from whom it came, at the time at which it came.
//!
//! What it makes and writes into history bears the original time; the journal gets a row of its own, of now, that names the
//! original. Messages are kept and not sent unless that is asked for.

use std::sync::Arc;

use domain::request::Request;
use domain::{Error, Id, Instant, OrgId, Result};
use store::{Tx, requests};

use crate::Hub;
use crate::passage::{Passage, Replayed};

/// Calls of one range at most.
pub const MOST_CALLS: usize = 10_000;

/// How a call is played again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manner {
    /// Everything is taken back in the end.
    pub is_rehearsal: bool,
    /// Messages that it asks for are sent.
    pub sends: bool,
}

/// A call as it is to be sent through its dialect's routes again.
#[derive(Debug, Clone)]
pub struct Script {
    /// HTTP method.
    pub method: String,
    /// Path and query; where a secret stood, something else does.
    pub target: String,
    /// What the body is.
    pub content_type: Option<String>,
    /// The body.
    pub body: String,
    /// Address it came from.
    pub address: String,
    /// What it must be driven with: without it nobody is let in.
    pub passage: Passage,
}

impl Hub {
    /// How a call is played again; refused when the journal keeps too little of it.
    pub async fn script(&self, org: OrgId, id: Id, manner: Manner) -> Result<Script> {
        let kept = self.read(org, move |tx| {
            let missing = || Error::not_found("Không tìm thấy lần gọi này trong nhật ký");
            let kept = requests::find(tx, id)?.ok_or_else(missing)?;
            let original = match kept.replay_of {
                Some(original) => requests::find(tx, original)?,
                None => None,
            };
            Ok((original.map_or(kept.at, |original| original.at), kept))
        });
        let (at, kept) = kept.await?;
        script(org, kept, at, manner)
    }
}

/// Ids of the calls from one to another, oldest first.
pub fn between(tx: &mut Tx<'_>, first: Id, last: Id) -> Result<Vec<Id>> {
    let found = requests::between(tx, first, last, MOST_CALLS as i64 + 1)?;
    if found.len() > MOST_CALLS {
        return Err(Error::invalid("", format!("Phát lại nhiều nhất {MOST_CALLS} lần gọi một lượt")));
    }
    Ok(found)
}

fn script(org: OrgId, kept: Request, at: Instant, manner: Manner) -> Result<Script> {
    if kept.body_digest.is_some() {
        return Err(Error::invalid(
            "",
            "Nhật ký chỉ giữ một phần nội dung của lần gọi này (dài hơn 256 KiB hoặc có tệp đính kèm) nên không phát lại được",
        ));
    }
    let (method, template) = kept.route.split_once(' ').unwrap_or(("POST", &kept.route));
    if method == "GET" {
        return Err(Error::invalid("", "Lần gọi này là đăng nhập, không phải ghi dữ liệu, nên không phát lại"));
    }
    let target = match &kept.target {
        Some(target) => target.clone(),
        None if !template.contains('{') => template.to_owned(),
        None => return Err(Error::invalid("", "Nhật ký không giữ địa chỉ của lần gọi này nên không phát lại được")),
    };
    // Braces stand for what was a secret; the routes want something there.
    let target = target.replace(['{', '}'], "");
    let replay = Replayed {
        org,
        original: kept.replay_of.unwrap_or(kept.id),
        at,
        user: kept.user,
        caller: kept.caller,
        listener: kept.listener,
        sends: manner.sends,
    };
    let passage = Passage { is_rehearsal: manner.is_rehearsal, replay: Some(Arc::new(replay)), ..Passage::default() };
    let (method, content_type) = (method.to_owned(), kept.content_type);
    Ok(Script { method, target, content_type, body: kept.body, address: kept.address, passage })
}

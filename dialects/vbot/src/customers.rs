//! `customer/create`, `update`, `updateNo`, `delete` and `deleteAll`.

use domain::dialect::System;
use domain::{CatalogKind, Customer, Error, Id, OrgId, Result};
use hub::arrivals::{self, Arrived};
use hub::{Answer, Call, Hub, Tx, catalog, customers, fields};
use serde_json::Value;

use crate::calls::Ground;
use crate::map::{self, Looked};
use crate::routes::Version;
use crate::{error, slices, wire};

/// Takes a customer in; a code that is known is a conflict.
pub fn create(tx: &mut Tx<'_>, ground: &Ground, wire: &wire::Customer) -> Result<Value> {
    let looked = look_up(tx, ground, wire)?;
    let mut new = Customer::default();
    map::apply(wire, looked, ground.country, &mut new);
    new.codes.insert(System::Vbot, wire.no.clone());
    if let Arrived::Attached(known) = arrivals::admit(tx, new, System::Vbot)? {
        tx.decide(format!("Mã {} được gắn vào khách hàng {}", wire.no, known.number));
    }
    Ok(Value::from(wire.no.as_str()))
}

/// Changes a customer.
pub fn update(tx: &mut Tx<'_>, ground: &Ground, wire: &wire::Customer) -> Result<Value> {
    let id = find(tx, ground, &wire.no)?;
    let looked = look_up(tx, ground, wire)?;
    customers::change(tx, id, |customer| {
        map::apply(wire, looked, ground.country, customer);
        Ok(())
    })?;
    Ok(Value::from(wire.no.as_str()))
}

/// Gives a customer another code.
pub fn recode(tx: &mut Tx<'_>, ground: &Ground, codes: &wire::Codes) -> Result<Value> {
    let id = find(tx, ground, &codes.old)?;
    arrivals::recode(tx, id, System::Vbot, &codes.new)?;
    Ok(Value::from(codes.new.as_str()))
}

/// Takes a customer away; its code is free again.
pub fn delete(tx: &mut Tx<'_>, ground: &Ground, no: &str) -> Result<Value> {
    let id = find(tx, ground, no)?;
    customers::delete(tx, id)?;
    Ok(Value::from(true))
}

/// Takes away every customer with a code of VBot's that the caller may see, some at a time.
pub async fn delete_all(hub: &Hub, call: Call, ground: Ground, version: Version) -> Answer {
    let coded = match all_coded(hub, call.actor().org).await {
        Ok(coded) => coded,
        Err(error) => return hub.refuse(call, error::failed(version, &error)).await,
    };
    let delete = move |tx: &mut Tx<'_>, id: &Id| match customers::find(tx, &ground.viewer, *id)? {
        Some(_) => customers::delete(tx, *id),
        None => Ok(()),
    };
    slices::work_off(hub, call, version, coded, delete).await
}

async fn all_coded(hub: &Hub, org: OrgId) -> Result<Vec<Id>> {
    const PAGE: i64 = 1_000;
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let last = after.clone();
        let page = hub.read(org, move |tx| arrivals::coded(tx, System::Vbot, &last, PAGE)).await?;
        all.extend(page.iter().map(|(_, id)| *id));
        match page.into_iter().nth(PAGE as usize - 1) {
            Some((code, _)) => after = code,
            None => return Ok(all),
        }
    }
}

/// The customer with a code, if the caller may see it.
pub fn find(tx: &mut Tx<'_>, ground: &Ground, no: &str) -> Result<Id> {
    let found = match customers::find_by_code(tx, System::Vbot, no)? {
        Some(id) => customers::find(tx, &ground.viewer, id)?,
        None => None,
    };
    found.map(|customer| customer.id).ok_or_else(|| {
        let no: String = no.chars().take(60).collect();
        Error::not_found(format!("Không tìm thấy khách hàng có mã {no}"))
    })
}

fn look_up(tx: &mut Tx<'_>, ground: &Ground, wire: &wire::Customer) -> Result<Looked> {
    let mut item = |kind, code: &Option<String>, field| match code {
        Some(code) => catalog::named_by_code(tx, kind, code, field, ground.unknown).map(Some),
        None => Ok(None),
    };
    let status = item(CatalogKind::Status, &wire.status_code, "customer_status_code")?;
    let kind = item(CatalogKind::Type, &wire.type_code, "customer_type_code")?;
    let group = match &wire.group_name {
        Some(name) => {
            let field = "customer_group_name";
            Some(catalog::named_by_label(tx, CatalogKind::Group, name, field, ground.unknown)?)
        }
        None => None,
    };
    let mut values = Vec::new();
    for pair in &wire.fields {
        let field = fields::named_by_code(tx, &pair.key, &pair.path, ground.unknown)?;
        values.extend(pair.value.as_deref().map(|text| fields::value(&field, text)));
    }
    Ok(Looked { status, kind, group, values })
}

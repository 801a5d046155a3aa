//! Orgs: made with all that a new one needs, set, and listed.

use domain::org::{self, Org, Settings};
use domain::{Actor, Dialect, Error, OrgId, Result, Role, text};
use store::{Tx, orgs};

use crate::preset::Preset;
use crate::tokens::{NewToken, Secret};
use crate::users::NewUser;
use crate::{Hub, listeners, preset, secret, tokens, users};

/// An org to be made.
#[derive(Debug, Clone)]
pub struct NewOrg {
    /// Short name in addresses.
    pub slug: String,
    /// Name for people to read.
    pub name: String,
    /// E-mail address of its first owner.
    pub admin_email: String,
    /// The lists it starts with.
    pub preset: Preset,
    /// The pair by which VBot clients name it; a random one when not given.
    pub vbot: Option<VbotPair>,
}

/// VBot's id of the customer of theirs that an org is, and its code of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VbotPair {
    /// `vbot_id`
    pub vbot_id: String,
    /// `project_code`
    pub project_code: String,
}

/// A new org with the secrets that are shown once.
#[derive(Clone)]
pub struct MadeOrg {
    /// The org.
    pub org: Org,
    /// Password of its first owner.
    pub password: String,
    /// A token for all dialects; also the OMICRM `apiKey`.
    pub token: Secret,
    /// Number of its first listener.
    pub listener: i64,
    /// Address of that listener.
    pub listener_secret: Secret,
    /// Whether that address can be looked up again: there is a key to keep it with.
    pub is_listener_kept: bool,
}

impl Hub {
    /// Makes an org with an owner, a token for all dialects, a listener without defaults, and its first lists.
    pub fn create_org(&self, new: NewOrg) -> Result<MadeOrg> {
        let slug = new.slug.trim().to_ascii_lowercase();
        org::check_slug(&slug)?;
        let name = text::tidy(&new.name).into_owned();
        if name.is_empty() {
            return Err(Error::invalid("name", "Tên tổ chức không được để trống"));
        }
        let (token, listener_secret) = (Secret::random()?, Secret::random()?);
        let password = secret::password()?;
        let password_hash = users::hash_password(&password)?;
        let VbotPair { vbot_id, project_code } = match new.vbot {
            Some(pair) => pair.checked()?,
            None => VbotPair::random()?,
        };
        let made_org = Org {
            id: OrgId(0),
            slug,
            name,
            vbot_id,
            project_code,
            settings: Settings::default(),
            created_at: self.now(),
        };
        let admin = NewUser {
            email: new.admin_email,
            name: String::new(),
            role: Role::Owner,
            staff_code: None,
            number: None,
            password_hash: Some(password_hash),
        };
        let (secret, path) = (token.clone(), listener_secret.clone());
        let made = self.write(Actor::cli(OrgId(0)), move |tx| {
            if orgs::find_by_slug(tx, &made_org.slug)?.is_some() {
                return Err(Error::conflict(format!("Tổ chức {} đã tồn tại", made_org.slug)));
            }
            let id = orgs::insert(tx, &made_org)?.ok_or_else(|| match tx.may_run_again() {
                true => Error::busy("two orgs raced for one id"),
                false => Error::conflict(format!("Tổ chức {} (hoặc cặp mã VBot của nó) đã tồn tại", made_org.slug)),
            })?;
            let listener = tx.within(id, |tx| furnish(tx, &admin, &secret, &path, new.preset))?;
            Ok((Org { id, ..made_org.clone() }, listener))
        });
        let (org, listener) = made.wait()?;
        // What a path is sealed for is the org, which has no id before it is made.
        let sealed = self.sealed_path(org.id, &listener_secret);
        let is_listener_kept = sealed.is_some();
        self.write(Actor::cli(org.id), move |tx| listeners::keep(tx, listener, sealed.as_deref())).wait()?;
        Ok(MadeOrg { org, password, token, listener, listener_secret, is_listener_kept })
    }
}

/// Gives a new org its owner, token, listener and lists; gives the listener's number.
fn furnish(tx: &mut Tx<'_>, admin: &NewUser, token: &Secret, path: &Secret, lists: Preset) -> Result<i64> {
    let owner = users::create(tx, admin)?;
    let new = NewToken {
        name: "Token đầu tiên".to_owned(),
        dialects: Dialect::DOORS.to_vec(),
        user: Some(owner.id),
        expires_at: None,
        networks: Vec::new(),
    };
    tokens::create(tx, &new, token)?;
    let listener = listeners::create(tx, "Webhook listener", path)?;
    listeners::change(tx, listener, |listener| listener.user = Some(owner.id))?;
    preset::fill(tx, lists, &owner)?;
    Ok(listener)
}

/// Letters of each code of VBot's pair at most.
const LONGEST_VBOT_CODE: usize = 100;

impl VbotPair {
    /// A pair that no other org has.
    fn random() -> Result<Self> {
        let digits: String = secret::digest(&secret::random()?).bytes().map(|b| char::from(b'0' + b % 10)).collect();
        Ok(Self { vbot_id: digits[..8].to_owned(), project_code: format!("PR{}", &digits[8..22]) })
    }

    /// The pair without outer blanks, refused when a code is empty or far too long.
    fn checked(self) -> Result<Self> {
        let tidy = |field: &str, code: &str| match text::tidy(code).into_owned() {
            code if (1..=LONGEST_VBOT_CODE).contains(&code.chars().count()) => Ok(code),
            _ => Err(Error::invalid(field, format!("Trường {field} phải có từ 1 đến {LONGEST_VBOT_CODE} ký tự"))),
        };
        Ok(Self { vbot_id: tidy("vbot_id", &self.vbot_id)?, project_code: tidy("project_code", &self.project_code)? })
    }
}

/// The org with a slug, in any case.
pub fn find(tx: &mut Tx<'_>, slug: &str) -> Result<Org> {
    orgs::find_by_slug(tx, slug)?.ok_or_else(|| Error::not_found(format!("Không có tổ chức {}", slug.trim())))
}

/// The org in which everything happens.
pub fn current(tx: &mut Tx<'_>) -> Result<Org> {
    let id = tx.org();
    orgs::find(tx, id)?.ok_or_else(|| Error::not_found("Không có tổ chức này"))
}

/// Every org, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Org>> {
    orgs::list(tx)
}

/// Changes settings of the acting org; all of them or none.
pub fn set(tx: &mut Tx<'_>, changes: &[(String, String)]) -> Result<Org> {
    let id = tx.org();
    let mut org = orgs::find(tx, id)?.ok_or_else(|| Error::not_found("Không có tổ chức này"))?;
    for (key, value) in changes {
        org.settings.set(key, value)?;
    }
    orgs::update_settings(tx, id, &org.settings)?;
    Ok(org)
}

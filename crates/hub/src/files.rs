//! Attached files: bytes under their SHA-256, in a local folder or an S3-compatible store.

use std::path::Path;
use std::sync::Arc;

use domain::attachment::Attachment;
use domain::{Error, Id, Result, text};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use sha2::{Digest, Sha256};
use store::{Tx, attachments};

use crate::passage::Passage;
use crate::secret;

/// Letters of a file's name at most.
const LONGEST_NAME: usize = 250;
/// Files that people attach to one customer at most.
const MOST_FILES: usize = 200;

/// The store of attached files. Clones share it.
#[derive(Clone)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// Files in a folder, which is made when there is none.
    pub fn local(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::broken)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(Error::broken)?.with_fsync(true);
        Ok(Self(Arc::new(store)))
    }

    /// Files in a bucket of an S3-compatible store. Region, credentials and endpoint come from the usual `AWS_…` variables.
    pub fn s3(bucket: &str) -> Result<Self> {
        // Whoever installed one before us has chosen for the whole program.
        drop(rustls::crypto::ring::default_provider().install_default());
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build().map_err(Error::broken)?;
        Ok(Self(Arc::new(store)))
    }

    /// Puts bytes away before a unit of work refers to them; gives their SHA-256 in hex. The same bytes are kept once.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<String> {
        let digest = secret::hex(&Sha256::digest(&bytes));
        if Passage::current().is_rehearsal {
            return Ok(digest);
        }
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.0.put_opts(&key(&digest), bytes.into(), options).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(digest),
            Err(error) => Err(Error::busy(error)),
        }
    }

    /// Writes a small file as attached files are written, reads it back and takes it away again; it lies beside those, under a
    /// `name` that nothing else has. A place that lets nothing be taken away is as good: attached files stay too.
    pub async fn check(&self, name: &str) -> Result<()> {
        let place = Key::from(format!("check-{name}"));
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        self.0.put_opts(&place, name.to_owned().into(), options).await.map_err(Error::busy)?;
        let read = self.0.get(&place).await.map_err(Error::busy)?.bytes().await.map_err(Error::busy)?;
        drop(self.0.delete(&place).await);
        if read == name { Ok(()) } else { Err(Error::busy("what was written is not what is read")) }
    }

    /// The bytes with a digest.
    pub async fn get(&self, digest: &str) -> Result<Vec<u8>> {
        let found = self.0.get(&key(digest)).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => Error::not_found("Không tìm thấy tệp đính kèm"),
            error => Error::busy(error),
        })?;
        Ok(found.bytes().await.map_err(Error::busy)?.into())
    }
}

fn key(digest: &str) -> Key {
    Key::from(format!("{}/{digest}", &digest[..digest.floor_char_boundary(2)]))
}

/// Attaches bytes that were put away to a customer.
pub fn attach(
    tx: &mut Tx<'_>,
    customer: Id,
    name: &str,
    media_type: &str,
    size: usize,
    digest: &str,
) -> Result<Attachment> {
    let attachment = Attachment {
        id: tx.new_id(),
        customer,
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        size: size as i64,
        digest: digest.to_owned(),
        created_at: tx.now(),
    };
    attachments::insert(tx, &attachment)?;
    crate::customers::must_not_be_merged(tx, Some(customer))?;
    Ok(attachment)
}

/// Attaches bytes that were put away as people do it: with a line in the customer's history.
pub fn add(
    tx: &mut Tx<'_>,
    customer: Id,
    name: &str,
    media_type: &str,
    size: usize,
    digest: &str,
) -> Result<Attachment> {
    let name = text::tidy(name);
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) {
        return Err(Error::invalid("file", format!("Tên tệp phải có từ 1 đến {LONGEST_NAME} ký tự")));
    }
    if attachments::of_customer(tx, customer)?.len() >= MOST_FILES {
        return Err(Error::conflict(format!("Một khách hàng có nhiều nhất {MOST_FILES} tệp")));
    }
    let made = attach(tx, customer, &name, media_type, size, digest)?;
    crate::customers::note(tx, customer, &format!("Đính kèm tệp {name}"))?;
    Ok(made)
}

/// Takes an attachment away from a customer, with a line in their history. The bytes stay: others may have the same.
pub fn remove(tx: &mut Tx<'_>, customer: Id, id: Id) -> Result<Attachment> {
    let missing = || Error::not_found("Không tìm thấy tệp đính kèm");
    let known = attachments::of_customer(tx, customer)?.into_iter().find(|known| known.id == id).ok_or_else(missing)?;
    if !attachments::delete(tx, customer, id)? {
        return Err(missing());
    }
    crate::customers::note(tx, customer, &format!("Gỡ tệp {}", known.name))?;
    Ok(known)
}

/// Attachments of a customer, oldest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<Attachment>> {
    attachments::of_customer(tx, customer)
}

/// Attachments of several customers, oldest first.
pub fn of_customers(tx: &mut Tx<'_>, customers: &[Id]) -> Result<Vec<Attachment>> {
    attachments::of_customers(tx, customers)
}

/// What a file is by its first bytes; what they do not tell is just bytes.
pub fn media_type(bytes: &[u8]) -> &'static str {
    let known: [(&[u8], &'static str); 7] = [
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"PK\x03\x04", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    ];
    let told = known.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, kind)| *kind);
    told.unwrap_or("application/octet-stream")
}

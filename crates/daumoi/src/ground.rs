//! The ground the program stands on: the folder, the database and the files, found or made, and brought up to date.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use domain::org::Org;
use domain::{Clock, Error, OrgId, User};
use hub::files::Files;
use hub::sealed::{KEY_FILE, KeySource};
use hub::{Hub, Options, Place, SystemClock, Tx};
use store::db::Durability;
use store::migrate;

use crate::args::GroundArgs;

/// Folder of the data unless another is given.
const USUAL_FOLDER: &str = "data";
/// Name of the SQLite file in it.
const SQLITE_FILE: &str = "daumoi.db";

/// Variable with the key that credentials are encrypted with.
const SECRET_KEY: &str = "DAUMOI_SECRET_KEY";

/// A command needs one connection to read and one to write.
pub const FOR_A_COMMAND: Options =
    Options { readers: 1, connections: 2, queue: 64, durability: Durability::Full, silence: Options::SILENCE };

/// Where everything is.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The folder.
    pub folder: PathBuf,
    /// The database.
    pub place: Place,
    /// The attached files, where they are not in the folder.
    files: Option<String>,
    /// Whether the folder was named, and not just taken for granted.
    is_folder_given: bool,
}

impl From<&GroundArgs> for Ground {
    fn from(args: &GroundArgs) -> Self {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let folder = args.data.clone().filter(|folder| !folder.as_os_str().is_empty());
        let is_folder_given = folder.is_some();
        let folder = folder.unwrap_or_else(|| USUAL_FOLDER.into());
        let place = match given(&args.database) {
            Some(url) => Place::Postgres(url),
            None => Place::Sqlite(folder.join(SQLITE_FILE)),
        };
        Self { folder, place, files: given(&args.files), is_folder_given }
    }
}

impl Ground {
    /// Whether there is a database, as far as can be told without connecting.
    pub fn exists(&self) -> bool {
        match &self.place {
            Place::Sqlite(file) => file.exists(),
            Place::Postgres(_) => true,
        }
    }

    /// Opens what is there for a command.
    pub fn open(&self) -> Result<Hub> {
        self.must_exist()?;
        self.open_or_make(FOR_A_COMMAND)
    }

    /// Refuses to go on without a database: a mistyped folder must not become an empty one.
    pub fn must_exist(&self) -> Result<()> {
        if self.exists() {
            return Ok(());
        }
        let folder = self.folder.display();
        bail!("there is no database in {folder}; name its folder with --data, or make one with `daumoi org create`")
    }

    /// Opens what is there, made anew where there is nothing, and brought up to date.
    pub fn open_or_make(&self, options: Options) -> Result<Hub> {
        self.make()?;
        self.bring_up_to_date()?;
        Ok(Hub::open(&self.place, options, self.files()?)?.with_key(self.key()))
    }

    /// Where calls of listeners wait while PostgreSQL is away. A program that keeps nothing on this machine has no such place.
    pub fn spool(&self) -> Option<PathBuf> {
        let keeps_something = self.is_folder_given || self.files.is_none();
        (matches!(self.place, Place::Postgres(_)) && keeps_something).then(|| self.folder.join("spool"))
    }

    /// The same hub with that place, of `limit` bytes. Without it the program serves all the same.
    pub fn with_spool(&self, hub: Hub, limit: u64) -> Hub {
        let Some(folder) = self.spool().filter(|_| limit > 0) else { return hub };
        match hub.clone().with_spool(&folder, limit) {
            Ok(hub) => hub,
            Err(error) => {
                let cause = error.private();
                tracing::warn!(cause, "no call will wait for the database while it is away: there is no spool");
                hub
            }
        }
    }

    /// Where the key is with which credentials are encrypted: in `DAUMOI_SECRET_KEY`, otherwise in the folder. There is no flag
    /// for it, because what stands on a command line can be seen by others. Several programs on one PostgreSQL need the same
    /// key, so without a folder none is made up.
    pub fn key(&self) -> KeySource {
        match std::env::var(SECRET_KEY) {
            Ok(key) if !key.trim().is_empty() => KeySource::Given(key),
            _ if self.is_folder_given || matches!(self.place, Place::Sqlite(_)) => {
                KeySource::File(self.folder.join(KEY_FILE))
            }
            _ => KeySource::Nowhere,
        }
    }

    /// Makes folder and file, readable by their owner only.
    pub fn make(&self) -> Result<()> {
        self.make_folders()?;
        if let Place::Sqlite(file) = &self.place { make_file(file) } else { Ok(()) }
    }

    /// Makes the folders alone.
    pub fn make_folders(&self) -> Result<()> {
        let keeps_files_here = self.files.is_none();
        if let Place::Sqlite(_) = &self.place {
            make_folder(&self.folder)?;
        } else if !keeps_files_here {
            return Ok(());
        }
        if keeps_files_here { make_folder(&self.folder.join("files")) } else { Ok(()) }
    }

    /// Runs the migrations that were not run yet. Data that is current is not locked.
    pub fn bring_up_to_date(&self) -> Result<()> {
        if !migrate::state(&self.place)?.is_current() {
            migrate::run(&self.place, SystemClock.now())?;
        }
        Ok(())
    }

    /// Where the attached files are, for people to read, and whether that is a folder of this machine.
    pub fn files_place(&self) -> (String, bool) {
        match &self.files {
            None => (self.folder.join("files").display().to_string(), true),
            Some(place) => (place.clone(), !place.contains("://")),
        }
    }

    /// The store of attached files.
    pub fn files(&self) -> Result<Files> {
        match self.files.as_deref() {
            None => Ok(Files::local(&self.folder.join("files"))?),
            Some(place) => match place.split_once("://") {
                Some(("s3", bucket)) => Ok(Files::s3(bucket.trim_end_matches('/'))?),
                Some((scheme, _)) => bail!("--files takes a folder or s3://bucket, not {scheme}://"),
                None => {
                    make_folder(Path::new(place))?;
                    Ok(Files::local(Path::new(place))?)
                }
            },
        }
    }
}

fn make_folder(folder: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| anyhow!("cannot make the folder {}: {error}", folder.display()))
}

fn make_file(file: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && fs::metadata(file).is_ok_and(|it| it.is_file()) => {
            Ok(())
        }
        Err(error) => Err(anyhow!("cannot make {}: {error}", file.display())),
    }
}

/// The org with a slug.
pub fn find_org(hub: &Hub, slug: &str) -> Result<Org> {
    let wanted = slug.to_owned();
    match hub.read(OrgId(0), move |tx| hub::orgs::find(tx, &wanted)).wait() {
        Err(Error::NotFound { .. }) => bail!("there is no org {slug:?}; `daumoi org list` names those there are"),
        found => Ok(found?),
    }
}

/// The user with an e-mail address, who must exist.
pub fn find_user(tx: &mut Tx<'_>, email: &str) -> domain::Result<User> {
    hub::users::find_by_email(tx, email)?
        .ok_or_else(|| Error::not_found(format!("there is no user {email:?} in this org")))
}

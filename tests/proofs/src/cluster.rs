//! A PostgreSQL server of the proof's own: in a folder that is thrown away, on a free port of this machine's loopback.

use std::fs::File;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use postgres::{Client, NoTls};
use tempfile::TempDir;

/// The user of the databases.
const USER: &str = "daumoi";

/// A running server; stopped when it is dropped.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    /// Whom the server runs as, when this program runs as root: it refuses that.
    user: Option<String>,
    /// The port it listens on.
    pub port: u16,
}

impl Cluster {
    /// Makes and starts a server as it comes, `fsync` and all, with more lines for its configuration.
    pub fn start(settings: &str) -> Result<Self> {
        let programs = programs()?;
        let folder = TempDir::new()?;
        let user = if is_root()? { Some(give_away(folder.path())?) } else { None };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self { folder, programs, user, port };
        let data = cluster.data();
        cluster.run("initdb", &["-D", &data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])?;
        let mut file = File::options().append(true).open(Path::new(&data).join("postgresql.conf"))?;
        writeln!(file, "listen_addresses = '127.0.0.1'\nport = {port}\nmax_connections = 200\njit = off")?;
        writeln!(file, "unix_socket_directories = '{}'\n{settings}", cluster.folder.path().display())?;
        cluster.run("pg_ctl", &["start", "-w", "-s", "-D", &data, "-l", &cluster.path("server.log")])?;
        Ok(cluster)
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn data(&self) -> String {
        self.path("data")
    }

    /// Makes an empty database; gives its address.
    pub fn database(&self, name: &str) -> Result<String> {
        Client::connect(&self.url("postgres"), NoTls)?.batch_execute(&format!("CREATE DATABASE {name}"))?;
        Ok(self.url(name))
    }

    /// The address of a database.
    pub fn url(&self, name: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{name}", self.port)
    }

    /// Ends the server at once, as a crash of its machine would.
    pub fn stop(&self) -> Result<()> {
        self.run("pg_ctl", &["stop", "-w", "-s", "-m", "immediate", "-D", &self.data()])
    }

    /// Starts it again on the same data and port.
    pub fn start_again(&self) -> Result<()> {
        self.run("pg_ctl", &["start", "-w", "-s", "-D", &self.data(), "-l", &self.path("server.log")])
    }

    /// Sends a signal, such as `STOP`, to every process of the server.
    pub fn signal(&self, name: &str) -> Result<()> {
        for process in processes(Path::new(&self.data()))? {
            // One that has ended meanwhile needs no signal.
            drop(signal(name, process));
        }
        Ok(())
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let program = self.programs.join(program);
        let mut command = match &self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(&program);
                command
            }
            None => Command::new(&program),
        };
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        // The server keeps what it is given, so its words go into a file and not into a pipe that nobody would close.
        let said = self.folder.path().join("said.log");
        let ended = command.stdout(File::create(&said)?).stderr(File::create(&said)?).status()?;
        let why = || std::fs::read_to_string(&said).unwrap_or_default();
        ensure!(ended.success(), "{} {arguments:?}: {}", program.display(), why());
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may never have been started.
        drop(self.run("pg_ctl", &["stop", "-s", "-m", "immediate", "-D", &self.data()]));
    }
}

/// Every process of the server on some data, the first one first.
pub fn processes(data: &Path) -> Result<Vec<i32>> {
    let text = std::fs::read_to_string(data.join("postmaster.pid"))?;
    let first: i32 = text.lines().next().unwrap_or_default().trim().parse()?;
    let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children")).unwrap_or_default();
    Ok(std::iter::once(first).chain(children.split_whitespace().filter_map(|child| child.parse().ok())).collect())
}

/// Sends a signal to a process.
pub fn signal(name: &str, process: i32) -> Result<()> {
    let told = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).stderr(Stdio::null()).status()?;
    ensure!(told.success(), "there is no process {process}");
    Ok(())
}

/// The folder of the newest PostgreSQL server's programs.
pub fn programs() -> Result<PathBuf> {
    let mut places: Vec<(u32, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        let (version, place) = (entry.file_name().to_string_lossy().parse(), entry.path().join("bin"));
        if let Ok(version) = version
            && place.join("initdb").exists()
        {
            places.push((version, place));
        }
    }
    places.sort();
    places.pop().map(|(_, place)| place).context("the PostgreSQL server is missing: apt-get install postgresql")
}

/// Whether this program runs as root.
pub fn is_root() -> Result<bool> {
    Ok(std::fs::metadata("/proc/self")?.uid() == 0)
}

/// Gives a folder to a user who is not root, and names him.
fn give_away(folder: &Path) -> Result<String> {
    let users = std::fs::read_to_string("/etc/passwd")?;
    for name in ["postgres", "nobody"] {
        let line = users.lines().find(|line| line.split(':').next() == Some(name));
        let Some(uid) = line.and_then(|line| line.split(':').nth(2)) else { continue };
        chown(folder, Some(uid.parse()?), None)?;
        return Ok(name.to_owned());
    }
    anyhow::bail!("there is neither a user postgres nor nobody to run the server")
}

//! The program as its users run it: built, told to do things, served, stopped and killed.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::Value;

/// The program on one set of data.
pub struct Program {
    binary: PathBuf,
    /// What starts it, such as a shell that sets a limit first.
    starter: Vec<String>,
    data: PathBuf,
    database: Option<String>,
    /// Where its log goes; nowhere in particular unless set.
    log: Option<PathBuf>,
}

impl Program {
    /// The program with its data in a folder, or with `database` at a PostgreSQL address. It is built first, if need be.
    pub fn new(data: &Path, database: Option<&str>) -> Self {
        Self::at(build(), data, database)
    }

    /// Another program that takes the same flags and says where it listens in the same words.
    pub fn at(binary: PathBuf, data: &Path, database: Option<&str>) -> Self {
        let (data, database) = (data.to_owned(), database.map(str::to_owned));
        Self { binary, starter: Vec::new(), data, database, log: None }
    }

    /// The same, started by something that gives way to it: `["sh", "-c", "ulimit -f 99; exec \"$0\" \"$@\""]`.
    pub fn started_by(self, starter: &[&str]) -> Self {
        Self { starter: starter.iter().map(|&word| word.to_owned()).collect(), ..self }
    }

    /// The same with its log added to a file.
    pub fn logging_to(self, file: &Path) -> Self {
        Self { log: Some(file.to_owned()), ..self }
    }

    fn command(&self) -> Command {
        let mut command = match &*self.starter {
            [] => Command::new(&self.binary),
            [first, others @ ..] => {
                let mut command = Command::new(first);
                command.args(others).arg(&self.binary);
                command
            }
        };
        if let Some(file) = &self.log {
            command.stderr(File::options().create(true).append(true).open(file).unwrap());
        }
        // What the machine's owner has set is none of a test's business.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DAUMOI_")) {
            command.env_remove(name);
        }
        command.env("DAUMOI_DATA", &self.data).stdin(Stdio::null());
        if let Some(database) = &self.database {
            command.env("DAUMOI_DATABASE", database);
        }
        command
    }

    /// Runs a command that ends with JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.command().args(arguments).arg("--json").output().unwrap();
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        serde_json::from_slice(&ran.stdout).unwrap()
    }

    /// Runs a command to its end, however it ends; gives what it said.
    pub fn run(&self, arguments: &[&str]) -> std::process::Output {
        self.command().args(arguments).output().unwrap()
    }

    /// Runs a command; whether it succeeded.
    pub fn succeeds(&self, arguments: &[&str]) -> bool {
        self.command().args(arguments).output().unwrap().status.success()
    }

    /// Serves on a free port; comes back once it listens.
    pub fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    /// The same with more flags; without `--log` among them little is logged.
    pub fn serve_with(&self, flags: &[&str]) -> Serving {
        let mut child = self
            .command()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(if flags.contains(&"--log") { &[][..] } else { &["--log", "warn"] })
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut said).unwrap();
        let address = said.trim().strip_prefix("listening on http://").map(str::parse);
        let Some(Ok(address)) = address else { panic!("the program said {said:?} and not where it listens") };
        Serving { child, address }
    }
}

impl Program {
    /// Starts a command that goes on until it is stopped; comes back once it has said its first line.
    pub fn start(&self, arguments: &[&str]) -> Working {
        let mut child = self.command().args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let output = child.stdout.take().unwrap();
        let working = Working(child);
        BufReader::new(output).read_line(&mut said).unwrap();
        assert!(!said.is_empty(), "{arguments:?} ended without a word");
        working
    }
}

/// A running command; killed when it is dropped.
pub struct Working(Child);

impl Working {
    /// Ends it with SIGKILL, in the middle of whatever it does.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Asks it to stop with SIGTERM and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        let told = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(told.success());
        self.0.wait().unwrap()
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        // It has ended already where `kill` or `stop` was called.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A running server; killed when it is dropped.
pub struct Serving {
    child: Child,
    address: SocketAddr,
}

impl Serving {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it with SIGKILL, in the middle of whatever it does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop with SIGTERM and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has ended already where `kill` or `stop` was called.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Builds the program as the tests were built, which does nothing when it is up to date; gives its path. A program that is no
/// test stands beside it, and whoever started that has built both.
fn build() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let beside = own.parent().unwrap();
    if !beside.ends_with("deps") {
        return beside.join("daumoi");
    }
    let folder = beside.parent().unwrap();
    let is_release = folder.ends_with("release");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--package", "daumoi"]).args(is_release.then_some("--release"));
    // What cargo told this test about its own package would make it build others anew.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_", "CARGO_PRIMARY_"]
            .iter()
            .any(|told| text.starts_with(told))
        {
            command.env_remove(&name);
        }
    }
    let built = command.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap();
    assert!(built.success(), "the program cannot be built");
    folder.join("daumoi")
}

//! File systems that a proof may break: an image of its own that loses its power, or a small one that is soon full.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use crate::cluster::is_root;

/// Asks a file system to stop at once and to forget what it has not written: `FS_IOC_SHUTDOWN` with `NOFLUSH`. The system has no
/// command for it, and the call would be the only unsafe line of the project, so Python makes it.
const CUT: &str = "import fcntl, os, struct, sys
place = os.open(sys.argv[1], os.O_RDONLY)
print('ready', flush=True)
sys.stdin.readline()
fcntl.ioctl(place, 0x8004587D, struct.pack('I', 2))";

/// A file system that is mounted somewhere; taken away when it is dropped.
pub struct Mount {
    place: PathBuf,
    /// What is mounted and how, to do it again.
    arguments: Vec<String>,
}

impl Mount {
    /// Why file systems cannot be mounted here, if so.
    pub fn obstacle() -> Option<String> {
        if !is_root().unwrap_or(false) {
            return Some("mounting file systems takes root".to_owned());
        }
        if !Path::new("/dev/loop-control").exists() {
            return Some("this machine has no loop devices".to_owned());
        }
        ["mkfs.ext4", "python3", "mount"].into_iter().find_map(|program| {
            let found = Command::new("sh").args(["-c", "command -v \"$0\" >/dev/null", program]).status();
            (!found.is_ok_and(|found| found.success())).then(|| format!("{program} is missing"))
        })
    }

    /// A new ext4 of so many megabytes in an image beside `place`.
    pub fn ext4(place: &Path, megabytes: u64) -> Result<Self> {
        let image = place.with_extension("img");
        std::fs::File::create(&image)?.set_len(megabytes << 20)?;
        run("mkfs.ext4", &["-q".into(), "-F".into(), image.display().to_string()])?;
        Self::new(place, &["-o", "loop", &image.display().to_string()])
    }

    /// A new tmpfs of so many megabytes.
    pub fn tmpfs(place: &Path, megabytes: u64) -> Result<Self> {
        Self::new(place, &["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
    }

    fn new(place: &Path, arguments: &[&str]) -> Result<Self> {
        std::fs::create_dir_all(place)?;
        let arguments = arguments.iter().map(|&word| word.to_owned());
        let mount =
            Self { place: place.to_owned(), arguments: arguments.chain([place.display().to_string()]).collect() };
        run("mount", &mount.arguments)?;
        Ok(mount)
    }

    /// Where it is mounted.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Takes its power away: what was not flushed is gone, and nothing more is taken. Gives the last moment before that: a machine
    /// without power answers nobody any more, while here a flush that is under way when the file system goes down may be told
    /// as done.
    pub fn cut(&self) -> Result<Instant> {
        let mut cutter = Command::new("python3")
            .args(["-c", CUT, &self.place.display().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("python3")?;
        let mut ready = String::new();
        BufReader::new(cutter.stdout.take().context("no output")?).read_line(&mut ready)?;
        let last = Instant::now();
        cutter.stdin.take().context("no input")?.write_all(b"\n")?;
        ensure!(cutter.wait()?.success(), "the file system could not be shut down");
        Ok(last)
    }

    /// Gives it back: mounted anew, as after a start of the machine. Nobody may have a file open.
    pub fn restore(&self) -> Result<()> {
        run("umount", &[self.place.display().to_string()])?;
        run("mount", &self.arguments)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: somebody may still have a file open when a proof ends with an error.
        drop(run("umount", &["-l".into(), self.place.display().to_string()]));
    }
}

fn run(program: &str, arguments: &[String]) -> Result<()> {
    let ended =
        Command::new(program).args(arguments).output().with_context(|| format!("{program} cannot be started"))?;
    ensure!(ended.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
    Ok(())
}

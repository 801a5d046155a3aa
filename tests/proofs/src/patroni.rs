//! PostgreSQL on three nodes with Patroni, etcd and HAProxy, as `docs/operating.md` sets it up, in a folder that is thrown away
//! and on free ports of this machine's loopback.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use postgres::{Client, NoTls};
use serde_json::Value;
use tempfile::TempDir;

use crate::cluster::{is_root, processes, signal};
use crate::say;

/// Programs that are needed, each with its package.
const PROGRAMS: [(&str, &str); 3] =
    [("/usr/bin/patroni", "patroni"), ("/usr/bin/etcd", "etcd-server"), ("/usr/sbin/haproxy", "haproxy")];
/// How long the cluster may take to stand, and to stand again.
const PATIENCE: Duration = Duration::from_secs(120);
/// Nodes.
const NODES: usize = 3;

/// A running cluster; stopped when it is dropped.
pub struct Patroni {
    folder: TempDir,
    user: Option<(u32, u32)>,
    /// Where HAProxy listens.
    front: u16,
    nodes: Vec<Node>,
    others: Vec<Child>,
}

struct Node {
    name: String,
    keeper: Child,
    data: PathBuf,
    database: u16,
    api: u16,
}

impl Patroni {
    /// Makes and starts it; comes back once there is a primary behind HAProxy, and with `is_synchronous` a standby that every
    /// commit waits for.
    pub fn start(is_synchronous: bool) -> Result<Self> {
        install()?;
        let folder = TempDir::new()?;
        let user = if is_root()? { Some(unprivileged()?) } else { None };
        let [front, store, peers] = [free()?, free()?, free()?];
        let mut made = Self { folder, user, front, nodes: Vec::new(), others: Vec::new() };
        made.give(made.folder.path())?;
        let (clients, peers) = (format!("http://127.0.0.1:{store}"), format!("http://127.0.0.1:{peers}"));
        let place = made.path("etcd");
        let etcd = made.run(
            "/usr/bin/etcd",
            &[
                "--name",
                "e1",
                "--data-dir",
                &place,
                "--listen-client-urls",
                &clients,
                "--advertise-client-urls",
                &clients,
                "--listen-peer-urls",
                &peers,
                "--initial-advertise-peer-urls",
                &peers,
                "--initial-cluster",
                &format!("e1={peers}"),
            ],
        )?;
        made.others.push(etcd);
        for number in 1..=NODES {
            let node = made.node(number, store, is_synchronous)?;
            made.nodes.push(node);
        }
        let config = made.write("haproxy.cfg", &made.balancer())?;
        let balancer = made.run("/usr/sbin/haproxy", &["-f", &config])?;
        made.others.push(balancer);
        made.wait(is_synchronous, NODES)?;
        Ok(made)
    }

    fn node(&self, number: usize, store: u16, is_synchronous: bool) -> Result<Node> {
        let (name, [database, api]) = (format!("n{number}"), [free()?, free()?]);
        let folder = self.folder.path().join(&name);
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        self.give(&folder)?;
        let (place, programs) = (folder.display(), crate::cluster::programs()?);
        let config = format!(
            "scope: daumoi
name: {name}
restapi: {{listen: '127.0.0.1:{api}', connect_address: '127.0.0.1:{api}'}}
etcd3: {{hosts: '127.0.0.1:{store}'}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 3
    maximum_lag_on_failover: 1073741824
    synchronous_mode: {is_synchronous}
    synchronous_mode_strict: {is_synchronous}
    postgresql:
      use_pg_rewind: true
      parameters: {{max_connections: 100, wal_log_hints: 'on', jit: 'off'}}
  initdb: [{{encoding: UTF8}}, {{locale: C.UTF-8}}, data-checksums]
  pg_hba:
  - host all all 127.0.0.1/32 trust
  - host replication replicator 127.0.0.1/32 trust
postgresql:
  listen: 127.0.0.1:{database}
  connect_address: 127.0.0.1:{database}
  data_dir: {place}/data
  bin_dir: {}
  pgpass: {place}/pgpass
  authentication:
    superuser: {{username: postgres, password: unused}}
    replication: {{username: replicator, password: unused}}
  parameters: {{unix_socket_directories: {place}}}
",
            programs.display()
        );
        let config = self.write(&format!("{name}.yml"), &config)?;
        let keeper = self.run("/usr/bin/patroni", &[&config])?;
        Ok(Node { name, keeper, data: folder.join("data"), database, api })
    }

    fn balancer(&self) -> String {
        let head = format!(
            "defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
  timeout check 1s
listen daumoi
  bind 127.0.0.1:{}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
",
            self.front
        );
        let servers = self
            .nodes
            .iter()
            .map(|node| format!("  server {} 127.0.0.1:{} check port {}\n", node.name, node.database, node.api));
        servers.fold(head, |all, server| all + &server)
    }

    /// Waits until there is a primary behind HAProxy, and `members` nodes in all.
    fn wait(&self, is_synchronous: bool, members: usize) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let running = self.members().unwrap_or_default();
            let is_sound =
                running.len() >= members && (!is_synchronous || running.iter().any(|(_, role)| role == "sync_standby"));
            if is_sound && Client::connect(&self.url(), NoTls).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(200));
        }
        bail!("the cluster does not stand: {:?}", self.members())
    }

    /// The members that run, each with its role.
    fn members(&self) -> Result<Vec<(String, String)>> {
        for node in &self.nodes {
            let Ok(answer) = ask(node.api) else { continue };
            let told: Value = serde_json::from_str(answer.split_once("\r\n\r\n").map_or("", |(_, body)| body))?;
            let word = |member: &Value, name: &str| member[name].as_str().unwrap_or_default().to_owned();
            let members = told["members"].as_array().cloned().unwrap_or_default();
            let running =
                members.iter().filter(|member| ["running", "streaming"].contains(&word(member, "state").as_str()));
            return Ok(running.map(|member| (word(member, "name"), word(member, "role"))).collect());
        }
        bail!("no node answers")
    }

    /// The address of the database behind HAProxy.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.front)
    }

    /// The place of the primary among the nodes.
    fn primary(&self) -> Result<usize> {
        let (name, _) =
            self.members()?.into_iter().find(|(_, role)| role == "leader").context("there is no primary")?;
        self.nodes.iter().position(|node| node.name == name).context("the primary is none of ours")
    }

    /// The primary, to speak to past HAProxy.
    pub fn to_primary(&self) -> Result<Client> {
        let port = self.nodes[self.primary()?].database;
        Ok(Client::connect(&format!("postgres://postgres@127.0.0.1:{port}/postgres"), NoTls)?)
    }

    /// Freezes the processes of the primary that send to the standbys: they stay connected, and nothing arrives.
    pub fn freeze_replication(&self) -> Result<usize> {
        let senders = self.to_primary()?.query("SELECT pid FROM pg_stat_replication", &[])?;
        for sender in &senders {
            signal("STOP", sender.get::<_, i32>(0))?;
        }
        Ok(senders.len())
    }

    /// The primary's machine dies: Patroni and every process of the server, at once and without a word.
    pub fn kill_primary(&mut self) -> Result<()> {
        let place = self.primary()?;
        let node = &mut self.nodes[place];
        node.keeper.kill()?;
        node.keeper.wait()?;
        kill_server(&node.data)
    }
}

impl Drop for Patroni {
    fn drop(&mut self) {
        // Whatever has ended already needs no end.
        for node in &mut self.nodes {
            drop(node.keeper.kill());
            drop(node.keeper.wait());
            drop(kill_server(&node.data));
        }
        for other in &mut self.others {
            drop(other.kill());
            drop(other.wait());
        }
    }
}

impl Patroni {
    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> Result<String> {
        fs::write(self.path(name), text)?;
        Ok(self.path(name))
    }

    fn give(&self, folder: &Path) -> Result<()> {
        Ok(self.user.map_or(Ok(()), |(user, group)| chown(folder, Some(user), Some(group)))?)
    }

    /// Starts a program as whoever is to run it; what it says goes into a file.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<Child> {
        let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let log = File::options().create(true).append(true).open(self.path(&format!("{name}.log")))?;
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.stdout(log.try_clone()?).stderr(log);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command.spawn().with_context(|| format!("{program} does not start"))
    }
}

/// What Patroni says of the whole cluster, head and all: it tells no length.
fn ask(port: u16) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    stream.write_all(b"GET /cluster HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Kills a server and all its processes, those that are frozen too.
fn kill_server(data: &Path) -> Result<()> {
    for process in processes(data)? {
        // Some end by themselves as soon as the first one is gone.
        drop(signal("KILL", process));
    }
    Ok(())
}

fn free() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// User and group of whoever runs the servers when this program runs as root.
fn unprivileged() -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find(|line| line.starts_with("postgres:")).context("there is no user postgres")?;
    let mut fields = line.split(':').skip(2);
    let mut number = || fields.next().and_then(|field| field.parse().ok()).context("the user postgres has no number");
    Ok((number()?, number()?))
}

fn install() -> Result<()> {
    let missing: Vec<&str> =
        PROGRAMS.iter().filter(|(program, _)| !Path::new(program).exists()).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    ensure!(is_root()?, "please install: {}", missing.join(" "));
    say::note(format_args!("installing: {}", missing.join(" ")));
    for arguments in [&["update", "-qq"][..], &["install", "-y", "-qq", "--no-install-recommends"]] {
        let mut command = Command::new("apt-get");
        command.args(arguments).args(if arguments[0] == "install" { &missing[..] } else { &[] });
        ensure!(command.env("DEBIAN_FRONTEND", "noninteractive").status()?.success(), "apt-get {arguments:?} failed");
    }
    Ok(())
}

//! Calls on disk in the order in which they came: appended by one thread, many at once with one fsync, and forgotten when they
//! are done.
//!
//! A folder holds numbered files. A file is only ever appended to; once it is full, or whatever it held is done, the next one is
//! begun, and a file without anything left to do is removed. What is done is not written down: after a crash the calls of the
//! oldest file may be worked off once more, which their journal rows make harmless.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use domain::{Error, Id, Instant, OrgId, Result};
use tokio::sync::{Notify, oneshot};

use super::folder::{self, fault, files, path};
use super::record::{self, HEAD};

/// A file that has grown beyond this is followed by the next.
const FULL: u64 = 16 * 1024 * 1024;
/// Bytes that one fsync makes lasting at most.
const MOST_AT_ONCE: usize = 8 * 1024 * 1024;

/// A call that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    file: u64,
    offset: u64,
    length: usize,
    pub(super) wave: u64,
    pub(super) listener: (OrgId, Id),
    pub(super) at: Instant,
}

/// The calls that wait.
pub(super) struct Log {
    folder: PathBuf,
    limit: u64,
    index: Arc<Mutex<Index>>,
    writer: Mutex<Sender<Order>>,
    news: Arc<Notify>,
    /// Held as long as the folder is in use.
    _lock: File,
}

#[derive(Default)]
struct Index {
    waiting: VecDeque<Entry>,
    /// Calls that wait, by listener.
    by_listener: HashMap<(OrgId, Id), usize>,
    /// Calls of each file that wait.
    by_file: HashMap<u64, usize>,
    bytes: u64,
}

enum Order {
    Keep(Kept),
    /// Something is done: a file may have become useless.
    TidyUp,
}

struct Kept {
    listener: (OrgId, Id),
    at: Instant,
    content: Vec<u8>,
    answer: oneshot::Sender<Result<()>>,
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Calls.
    pub calls: usize,
    /// Their bytes.
    pub bytes: u64,
    /// When the oldest of them came.
    pub oldest: Option<Instant>,
}

impl Log {
    /// Opens a folder, made where there is none, with what a former process left in it. It holds `limit` bytes at most.
    pub(super) fn open(folder: &Path, limit: u64) -> Result<Self> {
        folder::make(folder)?;
        let lock = folder::lock(folder)?;
        let mut index = Index::default();
        let mut last = 0;
        let files = files(folder)?;
        for (place, file) in files.iter().enumerate() {
            for (offset, head) in folder::recover(folder, *file, place + 1 == files.len())? {
                let record::Head { length, wave, listener, at } = head;
                index.add(Entry { file: *file, offset, length, wave, listener, at });
            }
            last = *file;
        }
        let wave = index.waiting.back().map_or(0, |entry| entry.wave);
        let index = Arc::new(Mutex::new(index));
        let (writer, orders) = channel();
        let news = Arc::new(Notify::new());
        let mut hand = Hand {
            folder: folder.to_owned(),
            index: Arc::clone(&index),
            news: Arc::clone(&news),
            open: None,
            last,
            wave,
        };
        hand.tidy_up();
        let run = move || hand.run(&orders);
        drop(thread::Builder::new().name("spool".to_owned()).spawn(run).map_err(Error::broken)?);
        let writer = Mutex::new(writer);
        Ok(Self { folder: folder.to_owned(), limit, index, writer, news, _lock: lock })
    }

    /// Keeps a call; comes back when it is on disk. Full, it is busy.
    pub(super) async fn append(&self, listener: (OrgId, Id), at: Instant, content: Vec<u8>) -> Result<()> {
        if lock_index(&self.index).bytes + (HEAD + content.len()) as u64 > self.limit {
            return Err(Error::busy("the spool is full"));
        }
        let (answer, end) = oneshot::channel();
        self.tell(Order::Keep(Kept { listener, at, content, answer }));
        end.await.unwrap_or_else(|_| Err(Error::busy("the spool is closed")))
    }

    /// Whether calls of a listener wait.
    pub(super) fn holds(&self, listener: (OrgId, Id)) -> bool {
        lock_index(&self.index).by_listener.contains_key(&listener)
    }

    pub(super) fn state(&self) -> Waiting {
        let index = lock_index(&self.index);
        Waiting { calls: index.waiting.len(), bytes: index.bytes, oldest: index.waiting.front().map(|entry| entry.at) }
    }

    /// The calls that come next, `most` of one wave; waits until there are any. They stay until they are [done](Self::done).
    pub(super) async fn next(&self, most: usize) -> Vec<Entry> {
        loop {
            let news = self.news.notified();
            let found = first_wave(&lock_index(&self.index), most);
            if !found.is_empty() {
                return found;
            }
            news.await;
        }
    }

    /// What a call brought.
    pub(super) fn read(&self, entry: &Entry) -> Result<Vec<u8>> {
        let path = path(&self.folder, entry.file);
        let mut bytes = vec![0; HEAD + entry.length];
        let read = File::open(&path).and_then(|file| file.read_exact_at(&mut bytes, entry.offset));
        read.map_err(|error| fault(&path, &error))?;
        let content = record::read(&bytes).map(|(_, content)| content.to_vec());
        content.ok_or_else(|| Error::broken(format!("{}: a kept call has changed", path.display())))
    }

    /// Forgets a call.
    pub(super) fn done(&self, entry: &Entry) {
        let mut index = lock_index(&self.index);
        let Some(place) = index.waiting.iter().position(|waiting| waiting == entry) else { return };
        index.waiting.remove(place);
        index.bytes -= (HEAD + entry.length) as u64;
        take_one(&mut index.by_listener, &entry.listener);
        if take_one(&mut index.by_file, &entry.file) {
            drop(index);
            self.tell(Order::TidyUp);
        }
    }

    /// Puts a call that cannot be worked off, nor journalled, where a person may look at it.
    pub(super) fn set_aside(&self, entry: &Entry) -> Result<()> {
        let folder = self.folder.join(super::ASIDE);
        folder::make(&folder)?;
        let place = folder.join(format!("{:016x}-{}", entry.file, entry.offset));
        let content = self.read(entry)?;
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&place);
        let written = file.as_mut().map_err(|error| fault(&place, error))?;
        written.write_all(&content).and_then(|()| written.sync_all()).map_err(|error| fault(&place, &error))?;
        folder::sync(&folder)
    }

    fn tell(&self, order: Order) {
        // A closed spool answers by dropping the question.
        drop(self.writer.lock().unwrap_or_else(PoisonError::into_inner).send(order));
    }
}

fn first_wave(index: &Index, most: usize) -> Vec<Entry> {
    let Some(first) = index.waiting.front() else { return Vec::new() };
    index.waiting.iter().take_while(|entry| entry.wave == first.wave).take(most).copied().collect()
}

/// Whether that was the last one.
fn take_one<K: Copy + Eq + std::hash::Hash>(counts: &mut HashMap<K, usize>, key: &K) -> bool {
    let Some(count) = counts.get_mut(key) else { return false };
    *count -= 1;
    let is_last = *count == 0;
    if is_last {
        counts.remove(key);
    }
    is_last
}

impl Index {
    fn add(&mut self, entry: Entry) {
        *self.by_listener.entry(entry.listener).or_default() += 1;
        *self.by_file.entry(entry.file).or_default() += 1;
        self.bytes += (HEAD + entry.length) as u64;
        self.waiting.push_back(entry);
    }
}

/// The one that writes.
struct Hand {
    folder: PathBuf,
    index: Arc<Mutex<Index>>,
    news: Arc<Notify>,
    open: Option<Open>,
    last: u64,
    wave: u64,
}

struct Open {
    number: u64,
    file: File,
    length: u64,
}

impl Hand {
    fn run(&mut self, orders: &Receiver<Order>) {
        while let Ok(first) = orders.recv() {
            let (mut calls, mut size, mut is_tidy) = (Vec::new(), 0, true);
            for order in std::iter::once(first).chain(std::iter::from_fn(|| orders.try_recv().ok())) {
                match order {
                    Order::Keep(kept) => {
                        size += kept.content.len();
                        calls.push(kept);
                    }
                    Order::TidyUp => is_tidy = false,
                }
                if size > MOST_AT_ONCE {
                    break;
                }
            }
            if !calls.is_empty() {
                self.keep(calls);
            }
            if !is_tidy {
                self.tidy_up();
            }
        }
    }

    /// Writes calls as one wave and answers them when they are on disk.
    fn keep(&mut self, calls: Vec<Kept>) {
        self.wave += 1;
        match self.write(&calls) {
            Ok(entries) => {
                let mut index = lock_index(&self.index);
                entries.into_iter().for_each(|entry| index.add(entry));
                drop(index);
                self.news.notify_one();
                // Who asked may have gone away; their call is kept all the same.
                calls.into_iter().for_each(|kept| drop(kept.answer.send(Ok(()))));
            }
            Err(error) => {
                tracing::error!(cause = error.private(), "calls could not be kept in the spool");
                calls.into_iter().for_each(|kept| drop(kept.answer.send(Err(error.clone()))));
            }
        }
    }

    fn write(&mut self, calls: &[Kept]) -> Result<Vec<Entry>> {
        let wave = self.wave;
        let open = self.open()?;
        let (begin, mut bytes, mut entries) = (open.length, Vec::new(), Vec::with_capacity(calls.len()));
        for Kept { listener, at, content, .. } in calls {
            let (offset, length) = (begin + bytes.len() as u64, content.len());
            entries.push(Entry { file: open.number, offset, length, wave, listener: *listener, at: *at });
            bytes.extend(record::written(wave, *listener, *at, content));
        }
        let number = open.number;
        match open.file.write_all_at(&bytes, begin).and_then(|()| open.file.sync_data()) {
            Ok(()) => {
                open.length += bytes.len() as u64;
                if open.length > FULL {
                    self.open = None;
                }
                Ok(entries)
            }
            Err(error) => {
                // After a failed fsync nobody knows what is on disk: nothing more is written to this file, and what was not
                // acknowledged is cut off where that is possible.
                let cut = open.file.set_len(begin).and_then(|()| open.file.sync_all());
                self.open = None;
                let cut = cut.err().map(|error| format!("; it could not be cut off: {error}")).unwrap_or_default();
                Err(Error::busy(format!("{}: {error}{cut}", path(&self.folder, number).display())))
            }
        }
    }

    fn open(&mut self) -> Result<&mut Open> {
        if self.open.is_none() {
            let number = self.last + 1;
            let path = path(&self.folder, number);
            let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            let file = made.map_err(|error| Error::busy(format!("{}: {error}", path.display())))?;
            self.last = number;
            folder::sync(&self.folder)?;
            self.open = Some(Open { number, file, length: 0 });
        }
        self.open.as_mut().ok_or_else(|| Error::busy("no file of the spool is open"))
    }

    /// Removes the files in which nothing waits any more.
    fn tidy_up(&mut self) {
        let useless: Vec<u64> = {
            let index = lock_index(&self.index);
            let all = files(&self.folder).unwrap_or_default();
            all.into_iter().filter(|file| !index.by_file.contains_key(file)).collect()
        };
        for file in useless {
            if self.open.as_ref().is_some_and(|open| open.number == file) {
                self.open = None;
            }
            let path = path(&self.folder, file);
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!(path = %path.display(), %error, "a file of the spool could not be removed");
            }
        }
    }
}

fn lock_index(index: &Mutex<Index>) -> MutexGuard<'_, Index> {
    index.lock().unwrap_or_else(PoisonError::into_inner)
}

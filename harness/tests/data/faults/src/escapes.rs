//! Clients that reach for what is not theirs. Each attempt prints its name and what came of it; `done` is what must not be.

use std::{
    env, fs, io,
    io::{Read, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    os::{
        linux::net::SocketAddrExt,
        unix::{
            fs::{DirBuilderExt, PermissionsExt},
            net::{SocketAddr, UnixDatagram, UnixListener, UnixStream},
            process::{CommandExt, parent_id},
        },
    },
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use starter::{Net, Result, Ui};

use crate::{fine, greeted};

unsafe extern "C" {
    fn syscall(number: i64, ...) -> i64;
}

/// Numbers of system calls, where they differ: those of x86-64, and of the architectures that have the common table.
#[cfg(target_arch = "x86_64")]
mod number {
    pub(super) const EXIT_GROUP: i64 = 231;
    pub(super) const FCNTL: i64 = 72;
    pub(super) const FORK: i64 = 57;
    pub(super) const KEYCTL: i64 = 250;
    pub(super) const KILL: i64 = 62;
    pub(super) const MEMFD_CREATE: i64 = 319;
    pub(super) const MMAP: i64 = 9;
    pub(super) const MOUNT: i64 = 165;
    pub(super) const OPENAT: i64 = 257;
    pub(super) const PERF_EVENT_OPEN: i64 = 298;
    pub(super) const PRLIMIT: i64 = 302;
    pub(super) const PROCESS_VM_READV: i64 = 310;
    pub(super) const PTRACE: i64 = 101;
    pub(super) const SETPGID: i64 = 109;
    pub(super) const SETSID: i64 = 112;
    pub(super) const SHMGET: i64 = 29;
    pub(super) const SOCKET: i64 = 41;
    pub(super) const TGKILL: i64 = 234;
    pub(super) const TRUNCATE: i64 = 76;
    pub(super) const UNSHARE: i64 = 272;
    pub(super) const USERFAULTFD: i64 = 323;
    pub(super) const BPF: i64 = 321;
}
#[cfg(not(target_arch = "x86_64"))]
mod number {
    pub(super) const EXIT_GROUP: i64 = 94;
    pub(super) const FCNTL: i64 = 25;
    /// There is none: `clone` with nothing but the signal of a child.
    pub(super) const FORK: i64 = 220;
    pub(super) const KEYCTL: i64 = 219;
    pub(super) const KILL: i64 = 129;
    pub(super) const MEMFD_CREATE: i64 = 279;
    pub(super) const MMAP: i64 = 222;
    pub(super) const MOUNT: i64 = 40;
    pub(super) const OPENAT: i64 = 56;
    pub(super) const PERF_EVENT_OPEN: i64 = 241;
    pub(super) const PRLIMIT: i64 = 261;
    pub(super) const PROCESS_VM_READV: i64 = 270;
    pub(super) const PTRACE: i64 = 117;
    pub(super) const SETPGID: i64 = 154;
    pub(super) const SETSID: i64 = 157;
    pub(super) const SHMGET: i64 = 194;
    pub(super) const SOCKET: i64 = 198;
    pub(super) const TGKILL: i64 = 131;
    pub(super) const TRUNCATE: i64 = 45;
    pub(super) const UNSHARE: i64 = 97;
    pub(super) const USERFAULTFD: i64 = 282;
    pub(super) const BPF: i64 = 280;
}

/// A signal that does nothing to who does not wait for it: `SIGURG`.
const HARMLESS: i64 = 23;

pub(crate) async fn escapes(net: &Net, ui: &Ui) -> Result<()> {
    if net.id() == 0 {
        sockets();
        files();
        processes();
        system();
        own();
    }
    fine(net, ui).await
}

fn tell<T>(what: &str, result: io::Result<T>) {
    match result {
        Ok(_) => println!("{what}: done"),
        Err(error) => println!("{what}: {error}"),
    }
}

/// A system call with numbers as its arguments.
fn call(what: &str, number: i64, arguments: [i64; 6]) {
    let [a, b, c, d, e, f] = arguments;
    // SAFETY: none of the calls below writes to memory of this process.
    let answer = unsafe { syscall(number, a, b, c, d, e, f) };
    tell(what, if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(answer) });
}

fn sockets() {
    tell("tcp connect", TcpStream::connect("127.0.0.1:9").or_else(reached));
    tell("tcp listen", TcpListener::bind("127.0.0.1:0"));
    tell("udp", UdpSocket::bind("127.0.0.1:0"));
    tell("unix listen", UnixListener::bind("socket"));
    tell("unix connect", UnixStream::connect("/nowhere"));
    let abstract_name = SocketAddr::from_abstract_name("escaped").expect("it is short");
    tell("abstract listen", UnixListener::bind_addr(&abstract_name));
    tell("datagram pair", UnixDatagram::pair());
    call("netlink", number::SOCKET, [16, 3, 0, 0, 0, 0]);
    tell("stream pair", UnixStream::pair());
}

/// A network was reached that has nobody who listens.
fn reached(error: io::Error) -> io::Result<TcpStream> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            UnixStream::pair().map(|(one, _)| TcpStream::from(std::os::fd::OwnedFd::from(one)))
        }
        _ => Err(error),
    }
}

fn files() {
    // The compiler has told where it was.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (what, name) in [
        ("read the spec", "tmp/faults/challenges/faults/challenge.toml"),
        ("read the course", "../solutions/Cargo.toml"),
        ("read another program", "debug/harness"),
    ] {
        let there = here.ancestors().map(|above| above.join(name));
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        let read = there.map(|path| fs::File::open(path).and_then(|mut file| file.read_exact(&mut [0])));
        // The first error that says more than that nothing is there.
        let best = read.reduce(|best, next| match &best {
            Err(error) if error.kind() == io::ErrorKind::NotFound => next,
            _ => best,
        });
        tell(what, best.unwrap_or_else(|| Err(missing())));
    }
    for folder in ["/", "/etc", "/home", "/proc", "/root", "/tmp", "/var"] {
        tell(&format!("list {folder}"), fs::read_dir(folder));
    }
    tell("read /etc/passwd", fs::read("/etc/passwd"));
    tell("through its root", fs::read("/proc/self/root/etc/passwd"));
    tell("through its folder", fs::read("/proc/self/cwd/../../../../../../../../etc/passwd"));
    for folder in ["/tmp", "/var/tmp", "/dev/shm", ".."] {
        let path = PathBuf::from(folder).join("escaped");
        let written = fs::write(&path, "escaped");
        // Where it can be done it shall leave nothing behind.
        let _ = fs::remove_file(&path);
        tell(&format!("write to {folder}"), written);
    }
    let executable = env::current_exe().unwrap_or_default();
    tell("overwrite itself", fs::OpenOptions::new().append(true).open(&executable));
    tell("chmod itself", fs::set_permissions(&executable, fs::Permissions::from_mode(0o755)));
    call("truncate", number::TRUNCATE, [c"/nowhere".as_ptr() as i64, 0, 0, 0, 0, 0]);
}

fn processes() {
    let parent = i64::from(parent_id());
    tell("start a program", Command::new("/bin/true").status());
    fork();
    call("kill the harness", number::KILL, [parent, HARMLESS, 0, 0, 0, 0]);
    call("kill a thread of it", number::TGKILL, [parent, parent, HARMLESS, 0, 0, 0]);
    call("kill everything", number::KILL, [-1, 0, 0, 0, 0, 0]);
    call("have it killed by a file", number::FCNTL, [0, 8, parent, 0, 0, 0]);
    call("limit the harness", number::PRLIMIT, [parent, 7, 0, 0, 0, 0]);
    call("join its group", number::SETPGID, [0, parent, 0, 0, 0, 0]);
    call("leave the session", number::SETSID, [0; 6]);
    call("trace it", number::PTRACE, [0x4206, parent, 0, 0, 0, 0]);
    call("read its memory", number::PROCESS_VM_READV, [parent, 0, 0, 0, 0, 0]);
    for name in ["environ", "mem", "cmdline", "maps", "fd/1"] {
        tell(&format!("open its {name}"), fs::File::open(format!("/proc/{parent}/{name}")));
    }
}

/// A process that ends at once: going on, it would write and remove the same files as this one.
fn fork() {
    // SAFETY: the child does nothing but end, without what a process does at its end.
    let answer = unsafe { syscall(number::FORK, 17_i64, 0_i64, 0_i64, 0_i64, 0_i64) };
    if answer == 0 {
        // SAFETY: it does not come back.
        unsafe { syscall(number::EXIT_GROUP, 0_i64) };
    }
    tell("fork", if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(answer) });
}

fn system() {
    call("memfd", number::MEMFD_CREATE, [c"m".as_ptr() as i64, 0, 0, 0, 0, 0]);
    call("shared memory", number::SHMGET, [0, 4096, 0o1600, 0, 0, 0]);
    call("shared pages", number::MMAP, [0, 4096, 3, 0x21, -1, 0]);
    call("nameless file", number::OPENAT, [-100, c".".as_ptr() as i64, 0o20_200_002, 0o600, 0, 0]);
    call("io_uring", 425, [1, 0, 0, 0, 0, 0]);
    call("new namespaces", number::UNSHARE, [0x1000_0000, 0, 0, 0, 0, 0]);
    call("mount", number::MOUNT, [0; 6]);
    call("bpf", number::BPF, [0; 6]);
    call("perf", number::PERF_EVENT_OPEN, [0; 6]);
    call("keys", number::KEYCTL, [0; 6]);
    call("userfaultfd", number::USERFAULTFD, [0; 6]);
    call("a call of the future", 500, [0; 6]);
    call("a call of another table", 0x4000_0000 + number::SOCKET, [2, 1, 0, 0, 0, 0]);
}

/// What it may do.
fn own() {
    tell("own folder", fs::write("own", "text").and_then(|()| fs::read("own")));
    tell("own process", fs::read("/proc/self/maps"));
    tell("remove a file", fs::remove_file("own"));
    tell("null", fs::OpenOptions::new().write(true).open("/dev/null").and_then(|mut null| null.write_all(b"x")));
    tell("random", fs::File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut [0; 8])));
    tell("thread", thread::spawn(|| ()).join().map_err(|_| io::Error::other("it panicked")));
    let mut names: Vec<_> = env::vars().map(|(name, _)| name).filter(|name| !name.starts_with("LC_")).collect();
    names.sort();
    println!("variables: {}", names.join(" "));
}

pub(crate) async fn fills_a_file(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    let mut file = fs::File::create("endless")?;
    loop {
        file.write_all(&[b'x'; 1 << 16])?;
    }
}

pub(crate) async fn fills_its_folder(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    for n in 0_u64.. {
        // A full disk would stop it, too.
        let _ = fs::write(n.to_string(), [b'x'; 1 << 16]);
    }
    Ok(())
}

pub(crate) async fn digs(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    println!("folder: {}", env::current_dir()?.display());
    fs::DirBuilder::new().mode(0o300).create("hidden")?;
    loop {
        // There may be no room for more at the moment.
        let _ = fs::create_dir("a").and_then(|()| env::set_current_dir("a"));
    }
}

pub(crate) async fn starts_threads(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    loop {
        // There may be no room for more at the moment.
        let _ = thread::Builder::new().stack_size(1 << 14).spawn(|| thread::park());
    }
}

pub(crate) async fn starts_programs(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    loop {
        // As above.
        let _ = Command::new("sleep").arg("1000000").spawn();
    }
}

pub(crate) async fn becomes_itself(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    Err(Command::new(env::current_exe()?).exec().into())
}

pub(crate) async fn becomes_another(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    Err(Command::new("true").exec().into())
}

//! Giving up system calls: seccomp.
//!
//! What is refused is refused with an error, so that the submission is told, and goes on or not as it likes. Calls that this list does not
//! know are answered as an older kernel answers them: every C library can do without.

use std::{collections::BTreeMap, env::consts::ARCH};

use libc::{c_int, c_long};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter, sock_filter,
};

use super::Calls;

/// The last system call of which it is known what it does: `mseal`. From 424 on the numbers are the same on every architecture
/// (Documentation/process/adding-syscalls.rst of the kernel). Those of the second personality of x86-64 (x32) are greater, too.
const LAST_KNOWN: u32 = 462;

/// Newer than the C library's list: `fchmodat2`, `statmount`, `listmount`.
const FCHMODAT2: c_long = 452;
const STATMOUNT: c_long = 457;
const LISTMOUNT: c_long = 458;

/// Takes away what a process of this kind has no need of.
///
/// # Errors
///
/// If this kernel has no seccomp, or the machine is of another kind.
pub(super) fn give_up(calls: Calls) -> Result<(), String> {
    let own = u64::from(std::process::id());
    let refused = |error: seccompiler::Error| format!("seccomp refuses: {error}");
    for (errno, calls) in
        [(libc::ENOSYS, unknown(calls)), (libc::EACCES, network(calls)), (libc::EPERM, others(calls, own))]
    {
        let filter = filter(errno, calls).map_err(|error| refused(error.into()))?;
        apply_filter(&filter).map_err(refused)?;
    }
    Ok(())
}

/// System calls by their number; those of which only some uses are refused with the rules of which one must hold.
type Refused = Vec<(c_long, Vec<SeccompRule>)>;

fn filter(errno: c_int, refused: Refused) -> Result<BpfProgram, seccompiler::BackendError> {
    let rules: BTreeMap<i64, Vec<SeccompRule>> = refused.into_iter().collect();
    let arch: TargetArch = ARCH.try_into()?;
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(errno as u32), arch)?;
    let filter: BpfProgram = filter.try_into()?;
    Ok(beyond_known().into_iter().chain(filter).collect())
}

/// Refuses every number that is not known, and leaves the others to what follows (Documentation/userspace-api/seccomp_filter.rst of the
/// kernel; the number is the first word of what the filter sees).
fn beyond_known() -> [sock_filter; 3] {
    const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    const JUMP: u16 = (libc::BPF_JMP | libc::BPF_JGT | libc::BPF_K) as u16;
    const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;
    [
        sock_filter { code: LOAD, jt: 0, jf: 0, k: 0 },
        sock_filter { code: JUMP, jt: 0, jf: 1, k: LAST_KNOWN },
        sock_filter { code: RETURN, jt: 0, jf: 0, k: libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32 },
    ]
}

/// What is answered as if the kernel did not have it: the C library then does it in an older way, which can be seen through.
fn unknown(calls: Calls) -> Refused {
    let mut refused = whole(&[libc::SYS_io_uring_setup, libc::SYS_io_uring_enter, libc::SYS_io_uring_register]);
    if calls == Calls::Client {
        // Their flags stand in memory, where no filter can read them.
        refused.extend(whole(&[libc::SYS_clone3, libc::SYS_openat2]));
    }
    refused
}

/// What reaches the network, or another program's socket.
fn network(calls: Calls) -> Refused {
    let mut refused = whole(&[
        libc::SYS_socket,
        libc::SYS_bind,
        libc::SYS_connect,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
    ]);
    if calls == Calls::Client {
        // A pair of streams knows only itself; the runtime may want one. Datagrams could be sent to anybody.
        let datagrams = (0..=SOCKET_TYPE).filter(|kind| *kind != libc::SOCK_STREAM as u64);
        let mut pairs: Vec<_> = datagrams.map(|kind| has(1, SOCKET_TYPE, kind)).collect();
        pairs.push(is_not(0, &[libc::AF_UNIX as u64]));
        refused.push((libc::SYS_socketpair, pairs));
        refused.push((libc::SYS_sendto, vec![is_not(4, &[0])]));
    }
    refused
}

/// The part of a socket's type that is not a flag (socket(2)).
const SOCKET_TYPE: u64 = 0xf;

/// What concerns other processes, the machine, or what is not the process's own. `own` is the number of the process, which it keeps.
fn others(calls: Calls, own: u64) -> Refused {
    let mut refused = whole(&[MACHINE, MEMORY_OF_OTHERS, NAMESPACES].concat());
    if calls == Calls::Client {
        refused.extend(whole(&[PROCESSES, ATTRIBUTES, UNCOUNTED_MEMORY].concat()));
        refused.extend(whole(ONLY_HERE));
        // A new process, in place of a new thread.
        refused.push((libc::SYS_clone, vec![has(0, libc::CLONE_THREAD as u64, 0)]));
        // Signals and limits only for itself. One who sends a signal when a file is ready is a signal, too.
        let to_others =
            [libc::SYS_kill, libc::SYS_tkill, libc::SYS_tgkill, libc::SYS_rt_sigqueueinfo, libc::SYS_rt_tgsigqueueinfo];
        refused.extend(to_others.map(|call| (call, vec![is_not(0, &[own])])));
        refused.push((libc::SYS_prlimit64, vec![is_not(0, &[0, own])]));
        let signals = [libc::F_SETOWN, F_SETOWN_EX, F_SETSIG, libc::F_NOTIFY];
        refused.push((libc::SYS_fcntl, signals.map(|command| is(1, command as u64)).into()));
        let requests = [FIOSETOWN, SIOCSPGRP, TIOCSTI, TIOCLINUX];
        refused.push((libc::SYS_ioctl, requests.map(|request| is(1, request)).into()));
        // Memory that is shared with nobody under the name of shared memory is not counted as the process's own.
        let shared = (libc::MAP_SHARED | libc::MAP_ANONYMOUS) as u64;
        refused.push((libc::SYS_mmap, vec![has(3, shared, shared)]));
        // A file without a name is not found in the folder that it fills.
        let nameless = (libc::O_TMPFILE & !libc::O_DIRECTORY) as u64;
        refused.push((libc::SYS_openat, vec![has(2, nameless, nameless)]));
        #[cfg(target_arch = "x86_64")]
        refused.push((libc::SYS_open, vec![has(1, nameless, nameless)]));
    }
    refused
}

/// The same numbers on every architecture that seccomp is made for here (include/uapi/asm-generic/fcntl.h, sockios.h and ioctls.h of the
/// kernel).
const F_SETSIG: c_int = 10;
const F_SETOWN_EX: c_int = 15;
const FIOSETOWN: u64 = 0x8901;
const SIOCSPGRP: u64 = 0x8902;
const TIOCSTI: u64 = 0x5412;
const TIOCLINUX: u64 = 0x541c;

/// What changes or watches the machine.
const MACHINE: &[c_long] = &[
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_adjtimex,
    libc::SYS_bpf,
    libc::SYS_clock_adjtime,
    libc::SYS_clock_settime,
    libc::SYS_delete_module,
    libc::SYS_fanotify_init,
    libc::SYS_finit_module,
    libc::SYS_init_module,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_lookup_dcookie,
    libc::SYS_nfsservctl,
    libc::SYS_perf_event_open,
    libc::SYS_personality,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_syslog,
    libc::SYS_userfaultfd,
    libc::SYS_vhangup,
];

/// What looks into another process, or takes from it.
const MEMORY_OF_OTHERS: &[c_long] = &[
    libc::SYS_kcmp,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    libc::SYS_pidfd_getfd,
    libc::SYS_process_madvise,
    libc::SYS_process_mrelease,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
];

/// What makes another file system, or leads out of this one.
const NAMESPACES: &[c_long] = &[
    libc::SYS_chroot,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_pivot_root,
    libc::SYS_setns,
    libc::SYS_umount2,
    libc::SYS_unshare,
    STATMOUNT,
    LISTMOUNT,
];

/// What concerns other processes: where the process stands among them, and which of them runs when.
const PROCESSES: &[c_long] = &[
    libc::SYS_inotify_init1,
    libc::SYS_ioprio_set,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_setattr,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setscheduler,
    libc::SYS_setpgid,
    libc::SYS_setpriority,
    libc::SYS_setsid,
];

/// What changes a file without opening it for writing, which is what Landlock looks at.
const ATTRIBUTES: &[c_long] = &[
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_fremovexattr,
    libc::SYS_fsetxattr,
    libc::SYS_lremovexattr,
    libc::SYS_lsetxattr,
    libc::SYS_removexattr,
    libc::SYS_setxattr,
    libc::SYS_truncate,
    libc::SYS_utimensat,
];

/// Memory and messages that no limit of the process counts, or that stay when it is gone.
const UNCOUNTED_MEMORY: &[c_long] = &[
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_mq_open,
    libc::SYS_msgget,
    libc::SYS_remap_file_pages,
    libc::SYS_semget,
    libc::SYS_shmget,
];

/// Older ways that only this architecture has.
#[cfg(target_arch = "x86_64")]
const ONLY_HERE: &[c_long] = &[
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_fork,
    libc::SYS_futimesat,
    libc::SYS_inotify_init,
    libc::SYS_ioperm,
    libc::SYS_iopl,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_vfork,
];
#[cfg(not(target_arch = "x86_64"))]
const ONLY_HERE: &[c_long] = &[];

/// Calls that are refused whatever they ask for.
fn whole(calls: &[c_long]) -> Refused {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

/// An argument that is exactly this, as the 32 bits that the kernel looks at.
fn is(argument: u8, value: u64) -> SeccompRule {
    rule([condition(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)])
}

/// An argument that is none of these.
fn is_not(argument: u8, values: &[u64]) -> SeccompRule {
    rule(values.iter().map(|value| condition(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, *value)))
}

/// An argument of which these bits are so.
fn has(argument: u8, bits: u64, value: u64) -> SeccompRule {
    rule([condition(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(bits), value)])
}

fn condition(argument: u8, len: SeccompCmpArgLen, operator: SeccompCmpOp, value: u64) -> SeccompCondition {
    SeccompCondition::new(argument, len, operator, value).expect("no call has more than six arguments")
}

fn rule(conditions: impl IntoIterator<Item = SeccompCondition>) -> SeccompRule {
    SeccompRule::new(conditions.into_iter().collect()).expect("it has conditions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_call_is_refused_twice_and_none_is_beyond_the_known() {
        for calls in [Calls::Client, Calls::Compiler] {
            let all: Vec<_> = [unknown(calls), network(calls), others(calls, 1)].concat();
            let numbers: std::collections::BTreeSet<_> = all.iter().map(|(call, _)| *call).collect();
            assert_eq!(numbers.len(), all.len());
            assert!(numbers.iter().all(|call| *call <= c_long::from(LAST_KNOWN)), "{numbers:?}");
        }
    }

    #[test]
    fn a_compiler_may_start_other_programs() {
        let refused: Vec<_> = others(Calls::Compiler, 1).into_iter().map(|(call, _)| call).collect();
        assert!(!refused.contains(&libc::SYS_clone) && refused.contains(&libc::SYS_ptrace));
    }
}

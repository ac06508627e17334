#include "node/process/sandbox.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <sched.h>

#include "base/owned_fd.h"

namespace sluice::node {

namespace {

// Landlock rights that newer kernels know and older headers do not name.
constexpr uint64_t kLandlockRefer = 1ull << 13, kLandlockTruncate = 1ull << 14;
constexpr uint64_t kLandlockFirstRights = (1ull << 13) - 1;

tl::unexpected<Error> sandbox_failed(const char* step) { return fail(Errc::internal, "sandbox.failed", step); }

long landlock_abi() { return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION); }

bool allow_below(int ruleset, int folder, uint64_t rights) {
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = folder;
  return ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

// The interface as kernels from 6.7 on know it; older headers lack its second half.
struct LandlockAttributes {
  uint64_t files = 0, network = 0;
};
struct LandlockPort {
  uint64_t allowed = 0, port = 0;
};
constexpr uint64_t kLandlockBindTcp = 1, kLandlockConnectTcp = 2;
constexpr int kLandlockRulePort = 2;
constexpr long kLandlockNetworkAbi = 4;

// What drivers and the name resolver read.
constexpr const char* kSourceFiles[] = {"/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/localtime", "/etc/services",
                                        "/etc/ld.so.cache", "/dev/urandom", "/dev/null"};
constexpr const char* kSourceFolders[] = {"/etc/ssl", "/usr/share/zoneinfo", "/usr/lib/ssl", "/usr/share/ca-certificates", "/etc/freetds"};

void allow_source_reads(int ruleset) {
  for (const char* path : kSourceFiles) {
    OwnedFd file(::open(path, O_PATH | O_CLOEXEC));
    if (file) allow_below(ruleset, file.get(), LANDLOCK_ACCESS_FS_READ_FILE);
  }
  for (const char* path : kSourceFolders) {
    OwnedFd folder(::open(path, O_PATH | O_CLOEXEC));
    if (folder) allow_below(ruleset, folder.get(), LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
  }
}

Status keep_to_folders(std::span<const int> folders, SandboxProfile profile, uint16_t port) {
  long abi = landlock_abi();
  if (abi < 1) return {};  // an older kernel: the header names the hole
  uint64_t rights = kLandlockFirstRights | (abi >= 2 ? kLandlockRefer : 0) | (abi >= 3 ? kLandlockTruncate : 0);
  LandlockAttributes attributes;
  attributes.files = rights;
  bool one_port = profile == SandboxProfile::source && abi >= kLandlockNetworkAbi;
  if (one_port) attributes.network = kLandlockBindTcp | kLandlockConnectTcp;
  // The first field alone is the size that every version of the interface takes.
  size_t size = one_port ? sizeof attributes : sizeof attributes.files;
  OwnedFd ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
  if (!ruleset) return sandbox_failed("landlock ruleset");
  for (int folder : folders)
    if (!allow_below(ruleset.get(), folder, rights & ~static_cast<uint64_t>(LANDLOCK_ACCESS_FS_EXECUTE)))
      return sandbox_failed("landlock folder");
  if (one_port) {
    LandlockPort rule{kLandlockConnectTcp, port};
    if (::syscall(SYS_landlock_add_rule, ruleset.get(), kLandlockRulePort, &rule, 0) != 0) return sandbox_failed("landlock port");
  }
  if (profile == SandboxProfile::source) allow_source_reads(ruleset.get());
  // Character set converters are loaded from here when a file asks for one; nothing private lies there.
  for (const char* path : {"/usr/lib", "/lib", "/sys/devices/system/cpu"}) {
    OwnedFd system_folder(::open(path, O_PATH | O_CLOEXEC));
    if (system_folder) allow_below(ruleset.get(), system_folder.get(), LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
  }
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return sandbox_failed("landlock restrict");
  return {};
}

Status drop_capabilities() {
  for (int capability = 0; capability <= CAP_LAST_CAP + 8; capability++) {
    // Beyond the kernel's last capability this fails, as it does for a user who has none to drop.
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (::syscall(SYS_capset, &header, none) != 0) return sandbox_failed("capabilities");
  return {};
}

// What a computing process needs of the kernel. Sockets can be used when they are already open, never made.
constexpr int kPlainCalls[] = {
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(preadv),
    SCMP_SYS(pwritev), SCMP_SYS(preadv2), SCMP_SYS(pwritev2), SCMP_SYS(close), SCMP_SYS(close_range), SCMP_SYS(lseek),
    SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(fstatfs), SCMP_SYS(statfs),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
    SCMP_SYS(getdents64), SCMP_SYS(fcntl), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(fsync), SCMP_SYS(fdatasync),
    SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(fadvise64), SCMP_SYS(sync_file_range), SCMP_SYS(flock), SCMP_SYS(fchmod),
    SCMP_SYS(copy_file_range), SCMP_SYS(sendfile), SCMP_SYS(memfd_create), SCMP_SYS(pipe2), SCMP_SYS(eventfd2), SCMP_SYS(umask),
    SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(mincore),
    SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(munlock), SCMP_SYS(membarrier), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(tgkill), SCMP_SYS(restart_syscall), SCMP_SYS(poll), SCMP_SYS(ppoll),
    SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
    SCMP_SYS(futex), SCMP_SYS(futex_waitv), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_setaffinity),
    SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getrandom),
    SCMP_SYS(getrusage), SCMP_SYS(getrlimit), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getcpu), SCMP_SYS(exit),
    SCMP_SYS(exit_group), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(set_tid_address), SCMP_SYS(arch_prctl),
    SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(shutdown),
};

// Calls that name files; the key agent, which works on its own folder, may use them freely.
constexpr int kPathCalls[] = {
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(unlink),
    SCMP_SYS(unlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(chmod), SCMP_SYS(fchmodat), SCMP_SYS(fchown), SCMP_SYS(utimensat),
};

constexpr uint32_t kWriteFlags = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
constexpr uint64_t kRealFdMax = 0x7fffffff;  // AT_FDCWD is negative, so larger as an unsigned number

struct FilterFree {
  void operator()(void* filter) const { seccomp_release(filter); }
};

bool allow_calls(scmp_filter_ctx filter, std::span<const int> calls) {
  for (int call : calls)
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
  return true;
}

// Reading by any path the file system lets us see; writing and renaming only relative to an open folder.
bool allow_worker_paths(scmp_filter_ctx filter) {
  auto writes_none = [](unsigned argument) { return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, kWriteFlags, 0}; };
  auto real_fd = [](unsigned argument) { return scmp_arg_cmp{argument, SCMP_CMP_LE, kRealFdMax, 0}; };
  scmp_arg_cmp open_reading[] = {writes_none(1)}, openat_reading[] = {writes_none(2)}, first_fd[] = {real_fd(0)};
  scmp_arg_cmp both_fds[] = {real_fd(0), real_fd(2)};
  // Where Landlock keeps the worker to its folders, it may name files in them by path: the engine does, when it writes Parquet.
  constexpr int confined[] = {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(unlink), SCMP_SYS(unlinkat)};
  if (has_landlock() && !allow_calls(filter, confined)) return false;
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, open_reading) == 0 &&
         seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, openat_reading) == 0 &&
         seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, first_fd) == 0 &&
         seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(unlinkat), 1, first_fd) == 0 &&
         seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mkdirat), 1, first_fd) == 0 &&
         seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(renameat), 2, both_fds) == 0 &&
         seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(renameat2), 2, both_fds) == 0;
}

bool allow_bounded_calls(scmp_filter_ctx filter) {
  auto is = [](unsigned argument, uint64_t value) { return scmp_arg_cmp{argument, SCMP_CMP_EQ, value, 0}; };
  for (uint64_t option : {static_cast<uint64_t>(PR_SET_NAME), static_cast<uint64_t>(PR_GET_NAME), uint64_t{0x53564d41} /* PR_SET_VMA */}) {
    scmp_arg_cmp one[] = {is(0, option)};
    if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, one) != 0) return false;
  }
  for (uint64_t request : {static_cast<uint64_t>(TCGETS), static_cast<uint64_t>(FIONREAD)}) {
    scmp_arg_cmp one[] = {is(1, request)};
    if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, one) != 0) return false;
  }
  scmp_arg_cmp reads_limit[] = {is(2, 0)};
  constexpr uint64_t thread_flags = CLONE_VM | CLONE_THREAD;
  scmp_arg_cmp makes_thread[] = {{0, SCMP_CMP_MASKED_EQ, thread_flags, thread_flags}};
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, reads_limit) == 0 &&
         seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, makes_thread) == 0 &&
         // Its flags lie in memory, where a filter cannot look; the C library falls back to clone.
         seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

// What a driver needs to reach its server, and to take the right away again.
constexpr int kNetworkCalls[] = {SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
                                 SCMP_SYS(setsockopt), SCMP_SYS(sendmmsg), SCMP_SYS(recvmmsg), SCMP_SYS(seccomp)};

bool allow_network(scmp_filter_ctx filter) {
  scmp_arg_cmp non_blocking[] = {{1, SCMP_CMP_EQ, FIONBIO, 0}};
  return allow_calls(filter, kNetworkCalls) && seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, non_blocking) == 0;
}

Status filter_calls(SandboxProfile profile) {
  std::unique_ptr<void, FilterFree> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter || !allow_calls(filter.get(), kPlainCalls) || !allow_bounded_calls(filter.get())) return sandbox_failed("seccomp rules");
  if (profile == SandboxProfile::source && !allow_network(filter.get())) return sandbox_failed("seccomp network rules");
  bool paths = profile == SandboxProfile::key_agent ? allow_calls(filter.get(), kPathCalls) : allow_worker_paths(filter.get());
  if (!paths) return sandbox_failed("seccomp path rules");
  if (seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1) != 0 || seccomp_load(filter.get()) != 0) return sandbox_failed("seccomp load");
  return {};
}

}  // namespace

bool has_landlock() { return landlock_abi() >= 1; }

Status close_network() {
  std::unique_ptr<void, FilterFree> filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return sandbox_failed("seccomp network");
  for (int call : {SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(socketpair)})
    if (seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0) != 0) return sandbox_failed("seccomp network");
  if (seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1) != 0 || seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_NNP, 0) != 0 ||
      seccomp_load(filter.get()) != 0)
    return sandbox_failed("seccomp network");
  return {};
}

Status enter_sandbox(SandboxProfile profile, std::span<const int> folders, uint16_t port) {
  rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return sandbox_failed("core dumps");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return sandbox_failed("no_new_privs");
  TRY(drop_capabilities());
  if (profile != SandboxProfile::key_agent) TRY(keep_to_folders(folders, profile, port));
  return filter_calls(profile);
}

}  // namespace sluice::node

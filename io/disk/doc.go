// Package disk writes files that appear whole or not at all, keeps temporary content,
// locks files between runs, and finds out where a name leads. It is the one package
// that the other io packages share.
//
// # The way through it
//
//   - [Create] starts a [File] at a [Target]. The content is staged: written under a
//     temporary name in the folder of its final name. [File.Seal] syncs it,
//     [File.Commit] renames it, and [File.Abort] removes it. A run with several files
//     seals all of them before it commits the first. [Sweep] removes what a killed run
//     has left staged.
//   - [NewSpool] makes a [Spool], a temporary file that is gone when its process ends.
//   - [AcquireLock] takes a [Lock], so that two runs do not write one file.
//   - [Locate] follows a name to its [Place]: a file, a device or pipe, or nothing.
//     [Place.Same] reports whether two names are one file.
//   - [System] is the file system beneath: [Real], or [Lenient] on file systems without
//     fsync or locks. Tests give one that fails on demand.
//   - [Error] says in one line what is wrong with a file, and what the person can do.
//
// # What "committed" promises
//
// Commit syncs the file, closes it, renames it and syncs the folder, in this order.
//
//   - A program that opens the name finds the old content or the new, never a part. One
//     that has the old file open keeps on reading the old content. Windows may refuse
//     to rename over a file that a program has open: Commit then fails, and the old
//     file remains.
//   - After a kill of the process the name has the old content or the new. The staged
//     file may be left; Sweep removes it.
//   - After a power cut that follows Commit the name has the new content on Linux and
//     macOS, as far as the file system and the disk keep what fsync promises. On macOS
//     os.File.Sync asks for F_FULLFSYNC, which empties the cache of the disk, too. On
//     Windows package os syncs files, but cannot sync folders: after a power cut the name
//     may have its old content.
//   - A device, a pipe or standard output gets the whole content at once, at Commit, and
//     nothing before. If it fails halfway, its reader has a part.
//   - Files have mode 0600, also where they replace one with another mode: they hold
//     data of customers.
//
// # File systems that lack something
//
// Network mounts and FUSE file systems may not support fsync of a folder, fsync of a
// file, or locks. Lenient warns once for each of them and does without it. A call counts as
// not supported if it fails with ENOSYS, ENOTSUP or EOPNOTSUPP (what package errors
// calls ErrUnsupported), with EINVAL, as fsync(2) documents it, or with ENOTTY; a
// folder sync also with EBADF, and a lock also with ENOLCK (NFS without its lock
// service). Any other error of fsync is a failure. It is not tried again: the system may
// have dropped what it could not write, and a second fsync would succeed without it.
//
// # Why no library
//
// All of it is ours, above package os and golang.org/x/sys/windows (LockFileEx).
// github.com/google/renameio (2.0.2) excludes Windows by its build tags and does not
// sync the folder. github.com/natefinch/atomic (1.0.1, of 2021) does not sync the
// folder either. Neither stages several files before the first is renamed.
// github.com/gofrs/flock locks the same way, by flock(2) and LockFileEx, and like it we
// open lock files for reading and writing, because NFSv4 emulates flock by fcntl; but it
// does not distinguish a file system without locks from a failure, does not remove lock
// files, and does not say who holds a lock.
package disk

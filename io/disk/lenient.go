package disk

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
)

// gap is what a file system does not support and a run can do without.
type gap int

const (
	noFolderSync gap = iota
	noFileSync
	noLocks
)

// gapNames are the names of gaps in the log for machines.
var gapNames = [...]string{noFolderSync: "folder_sync", noFileSync: "file_sync", noLocks: "locks"}

// warnings say what each gap means for the person.
var warnings = [...]string{
	noFolderSync: "the file system of {folder} cannot make names durable: after a power cut the newest files may be missing",
	noFileSync:   "the file system of {folder} cannot make files durable: after a power cut the newest files may be missing or damaged",
	noLocks:      "the file system of {folder} does not support locks: do not run loanmap twice at the same time on this output",
}

// unsupported are the errors by which a file system says that it does not have a
// call: fsync(2) and flock(2) name EINVAL, network mounts and FUSE the others.
// Windows has these numbers, but no call of it returns them.
var unsupported = []error{syscall.EINVAL, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.ENOSYS, syscall.ENOTTY}

// Unsupported reports whether an error of Sync or SyncFolder says that the file
// system does not have the call, and not that the call has failed.
func Unsupported(err error) bool {
	return slices.ContainsFunc(unsupported, func(known error) bool { return errors.Is(err, known) })
}

// lenient is a System that reports no error of what its file system does not
// support, but warns of each gap once.
type lenient struct {
	System
	log *slog.Logger

	mu     sync.Mutex
	warned [len(warnings)]bool
}

// Lenient returns a System for network mounts and FUSE file systems, which may not
// support locks or fsync. It logs one warning for each of them and then does without it;
// every other failure remains an error. A nil system means Real. Several goroutines may
// use it.
func Lenient(system System, log *slog.Logger) System {
	if system == nil {
		system = Real()
	}
	return &lenient{System: system, log: log}
}

// warn logs once what is missing where the file at path is. A file that is not
// durable does not have a durable name either.
func (l *lenient) warn(missing gap, path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.warned[missing] {
		return
	}
	l.warned[missing] = true
	if missing == noFileSync {
		l.warned[noFolderSync] = true
	}
	folder := filepath.Dir(path)
	if absolute, err := filepath.Abs(folder); err == nil { // "." would say little
		folder = absolute
	}
	l.log.Warn(warnings[missing], "event", "file_system_lacks", "what", gapNames[missing], "folder", folder)
}

// CreateTemp makes a file whose Sync is lenient.
func (l *lenient) CreateTemp(folder, pattern string) (Handle, error) {
	f, err := l.System.CreateTemp(folder, pattern)
	if err != nil {
		return nil, err
	}
	return lenientHandle{f, l}, nil
}

// Open opens a file whose Sync is lenient.
func (l *lenient) Open(path string, flag int) (Handle, error) {
	f, err := l.System.Open(path, flag)
	if err != nil {
		return nil, err
	}
	return lenientHandle{f, l}, nil
}

// SyncFolder makes a name durable, or warns. Some file systems refuse with EBADF to
// sync what was opened for reading, as every folder is.
func (l *lenient) SyncFolder(path string) error {
	err := l.System.SyncFolder(path)
	if !Unsupported(err) && !errors.Is(err, syscall.EBADF) {
		return err
	}
	l.warn(noFolderSync, path)
	return nil
}

// TryLock locks a file, or warns. ENOLCK is NFS without its lock service.
func (l *lenient) TryLock(f *os.File) error {
	err := l.System.TryLock(f)
	if !Unsupported(err) && !errors.Is(err, syscall.ENOLCK) {
		return err
	}
	l.warn(noLocks, f.Name())
	return nil
}

type lenientHandle struct {
	Handle
	system *lenient
}

// Sync syncs the file, or warns.
func (h lenientHandle) Sync() error {
	err := h.Handle.Sync()
	if !Unsupported(err) {
		return err
	}
	h.system.warn(noFileSync, h.Name())
	return nil
}

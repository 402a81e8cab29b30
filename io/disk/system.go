package disk

import (
	"io"
	"os"
	"runtime"
)

// System is the file system that files, journals and locks are on: [Real], [Lenient],
// or in tests one that fails on demand. A [Spool] is always on the real one. Errors
// are those of package os. Several goroutines may use it.
type System interface {
	// CreateTemp makes a file as os.CreateTemp does, with mode 0600.
	CreateTemp(folder, pattern string) (Handle, error)
	// Open opens a file as os.OpenFile does, and makes new files with mode 0600.
	Open(path string, flag int) (Handle, error)
	// Rename gives a file another name in its folder and replaces what has that name.
	Rename(from, to string) error
	// Remove removes a file as os.Remove does.
	Remove(path string) error
	// SyncFolder makes durable that the file at path exists, or no longer exists.
	SyncFolder(path string) error
	// TryLock locks an open file until it is closed or its process ends. It never
	// waits: the error is a *HeldError where another run has locked the file.
	TryLock(f *os.File) error
}

// Handle is an open file of a System. Its methods are those of os.File.
type Handle interface {
	io.WriteCloser
	io.ReaderAt
	io.WriterAt
	io.Seeker
	Name() string
	Truncate(size int64) error
	Sync() error
}

// Real returns the file system of the operating system.
func Real() System { return realSystem{} }

type realSystem struct{}

func (realSystem) CreateTemp(folder, pattern string) (Handle, error) {
	return os.CreateTemp(folder, pattern)
}

func (realSystem) Open(path string, flag int) (Handle, error) {
	return os.OpenFile(path, flag, 0o600)
}

// os.Rename replaces an existing file on Windows, too (MOVEFILE_REPLACE_EXISTING).
func (realSystem) Rename(from, to string) error { return os.Rename(from, to) }

func (realSystem) Remove(path string) error { return os.Remove(path) }

// Package os cannot sync a folder on Windows.
func (realSystem) SyncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(folderOf(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

func (realSystem) TryLock(f *os.File) error { return claim(f) }

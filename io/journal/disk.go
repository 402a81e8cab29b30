package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Disk is the file system beneath a journal. Only tests give one of their own,
// which fails when it is told to.
type Disk interface {
	// Open opens a file as os.OpenFile does; one that is made is its owner's alone.
	Open(path string, flag int) (DiskFile, error)
	// Remove removes a file as os.Remove does.
	Remove(path string) error
	// SyncFolder makes durable that the file at path is there, or is gone.
	SyncFolder(path string) error
	// Claim locks an open file until it is closed or its process ends. It never
	// waits: the error is ErrHeld where another run has locked the file.
	Claim(f *os.File) error
}

// DiskFile is a file on a Disk.
type DiskFile interface {
	io.ReaderAt
	io.WriterAt
	io.Seeker
	io.Closer
	// Truncate and Sync are those of os.File.
	Truncate(size int64) error
	Sync() error
}

// RealDisk returns the file system itself.
func RealDisk() Disk { return realDisk{} }

type realDisk struct{}

func (realDisk) Open(path string, flag int) (DiskFile, error) {
	return os.OpenFile(path, flag, 0o600)
}

func (realDisk) Remove(path string) error { return os.Remove(path) }

func (realDisk) Claim(f *os.File) error { return claim(f) }

// Windows has no such call and needs none.
func (realDisk) SyncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// remove removes a file durably. It is no error if there is none.
func remove(disk Disk, path string) error {
	err := disk.Remove(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return disk.SyncFolder(path)
}

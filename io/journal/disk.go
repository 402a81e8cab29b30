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
	// Remove removes a file, durably. It is no error if there is none.
	Remove(path string) error
	// SyncFolder makes the name of a new file durable.
	SyncFolder(path string) error
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

type realDisk struct{}

func (realDisk) Open(path string, flag int) (DiskFile, error) {
	return os.OpenFile(path, flag, 0o600)
}

func (d realDisk) Remove(path string) error {
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.SyncFolder(path)
}

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

package sheet

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// Disk is the file system that files are written to. Only tests give one of
// their own, which fails when it is told to. Temporary files are always on the
// real one.
type Disk interface {
	// CreateTemp makes a file as os.CreateTemp does, its owner's alone.
	CreateTemp(folder, pattern string) (DiskFile, error)
	// Rename gives a file another name in its folder, replacing what has it.
	Rename(from, to string) error
	// Remove removes a file.
	Remove(path string) error
	// SyncFolder makes the name of a file durable.
	SyncFolder(path string) error
}

// DiskFile is a file on a Disk, open to be written.
type DiskFile interface {
	io.WriteCloser
	// Name returns its path.
	Name() string
	// Sync returns when all that was written has reached the disk.
	Sync() error
}

type realDisk struct{}

func (realDisk) CreateTemp(folder, pattern string) (DiskFile, error) {
	return os.CreateTemp(folder, pattern)
}

// Windows, too, replaces a file that exists, if nobody has it open.
func (realDisk) Rename(from, to string) error { return os.Rename(from, to) }

func (realDisk) Remove(path string) error { return os.Remove(path) }

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

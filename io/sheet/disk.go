package sheet

import (
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"syscall"
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

// RealDisk returns the file system itself.
func RealDisk() Disk { return realDisk{} }

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
	folder, err := os.Open(folderOf(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// unsupported are the errors by which a file system says that it has no such
// call: fsync(2) and flock(2) name EINVAL, network mounts and FUSE the others.
// Windows has these numbers, but no call of it returns them.
var unsupported = []error{syscall.EINVAL, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.ENOSYS, syscall.ENOTTY}

// Unsupported reports whether an error of Sync or SyncFolder says that the file
// system has no such call, and not that the call has failed.
func Unsupported(err error) bool {
	return slices.ContainsFunc(unsupported, func(known error) bool { return errors.Is(err, known) })
}

package journal

import (
	"cmp"
	"errors"
	"io"
	"os"
	"testing"

	"loanmap/io/disk"
)

var errDisk = errors.New("no space left on device")

// badDisk fails at one of its operations, and only there: a second try would succeed,
// and must not be made.
type badDisk struct {
	quickDisk
	fails  int // the operation that fails, from 0
	done   int
	failed string // what it was
	opened int    // files that are
}

func failing(operation int) *badDisk { return &badDisk{quickDisk: quick, fails: operation} }

func (d *badDisk) step(operation string) error {
	d.done++
	if d.done != d.fails+1 {
		return nil
	}
	d.failed = operation
	return errDisk
}

func (d *badDisk) Open(path string, flag int) (disk.Handle, error) {
	if err := d.step("open"); err != nil {
		return nil, err
	}
	f, err := d.quickDisk.Open(path, flag)
	if err == nil {
		d.opened++
	}
	return badFile{f, d}, err
}

func (d *badDisk) Remove(path string) error {
	failed := d.step("remove")
	err := d.quickDisk.Remove(path) // also when it fails
	return cmp.Or(failed, err)
}

func (d *badDisk) SyncFolder(path string) error {
	return errors.Join(d.step("sync folder"), d.quickDisk.SyncFolder(path))
}

type badFile struct {
	disk.Handle
	disk *badDisk
}

// WriteAt writes half of it when it fails.
func (f badFile) WriteAt(p []byte, at int64) (int, error) {
	if err := f.disk.step("write"); err != nil {
		n, _ := f.Handle.WriteAt(p[:len(p)/2], at)
		return n, err
	}
	return f.Handle.WriteAt(p, at)
}

func (f badFile) ReadAt(p []byte, at int64) (int, error) {
	if err := f.disk.step("read"); err != nil {
		return 0, err
	}
	return f.Handle.ReadAt(p, at)
}

func (f badFile) Seek(at int64, whence int) (int64, error) {
	if err := f.disk.step("seek"); err != nil {
		return 0, err
	}
	return f.Handle.Seek(at, whence)
}

func (f badFile) Truncate(size int64) error {
	if err := f.disk.step("truncate"); err != nil {
		return err
	}
	return f.Handle.Truncate(size)
}

// Sync writes everything to the disk also when it fails.
func (f badFile) Sync() error { return errors.Join(f.disk.step("sync"), f.Handle.Sync()) }

func (f badFile) Close() error {
	f.disk.opened--
	return errors.Join(f.disk.step("close"), f.Handle.Close())
}

// forgetfulDisk loses in a power cut all that was not synced.
type forgetfulDisk struct {
	quickDisk
	synced int64 // how much of the file is safe
	named  bool  // whether its name is
}

func (d *forgetfulDisk) Open(path string, flag int) (disk.Handle, error) {
	f, err := d.quickDisk.Open(path, flag)
	return forgetfulFile{f, d}, err
}

func (d *forgetfulDisk) SyncFolder(string) error {
	d.named = true
	return nil
}

type forgetfulFile struct {
	disk.Handle
	disk *forgetfulDisk
}

func (f forgetfulFile) Sync() (err error) {
	f.disk.synced, err = f.Seek(0, io.SeekEnd)
	return err
}

func (d *forgetfulDisk) cutPower(t *testing.T, path string) {
	t.Helper()
	err := os.Truncate(path, d.synced)
	if !d.named {
		err = os.Remove(path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

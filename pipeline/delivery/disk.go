package delivery

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"loanmap/io/journal"
	"loanmap/io/sheet"
)

// gap is what a file system does not support and a run can do without.
type gap int

const (
	noNameSync gap = iota // fsync of a folder
	noFileSync            // fsync of a file, and so hardly that of its folder
	noLocks
)

// warnings say what each gap means for the person; %s is the folder.
var warnings = [...]string{
	noNameSync: "the file system of %s cannot make names durable: after a power cut the newest files may be missing",
	noFileSync: "the file system of %s cannot make files durable: after a power cut the newest files may be missing or damaged",
	noLocks:    "%s does not support locks: do not run loanmap twice at the same time on this output",
}

// lenientDisk is a Disk for a run on a network mount or a FUSE file system, which
// may lack locks and fsync. It warns of each gap once and reports no error of
// it; everything else that fails is an error as ever.
type lenientDisk struct {
	files    sheet.Disk
	journals journal.Disk
	log      *slog.Logger

	mu     sync.Mutex
	warned [len(warnings)]bool
}

// Lenient makes a disk lenient; nil means the real one.
func Lenient(disk Disk, log *slog.Logger) *lenientDisk {
	if disk == nil {
		return &lenientDisk{files: sheet.RealDisk(), journals: journal.RealDisk(), log: log}
	}
	return &lenientDisk{files: disk, journals: disk, log: log}
}

// warn says once what is missing where the file at path is. A file that
// is not durable has no durable name either.
func (d *lenientDisk) warn(missing gap, path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.warned[missing] {
		return
	}
	d.warned[missing] = true
	if missing == noFileSync {
		d.warned[noNameSync] = true
	}
	folder := filepath.Dir(path)
	if absolute, err := filepath.Abs(folder); err == nil { // "." would say little
		folder = absolute
	}
	d.log.Warn(fmt.Sprintf(warnings[missing], folder))
}

// CreateTemp makes a file whose Sync is lenient.
func (d *lenientDisk) CreateTemp(folder, pattern string) (sheet.DiskFile, error) {
	f, err := d.files.CreateTemp(folder, pattern)
	if err != nil {
		return nil, err
	}
	return lenientFile{f, d}, nil
}

// Open opens a file whose Sync is lenient.
func (d *lenientDisk) Open(path string, flag int) (journal.DiskFile, error) {
	f, err := d.journals.Open(path, flag)
	if err != nil {
		return nil, err
	}
	return lenientJournal{f, d, path}, nil
}

// Rename renames a file.
func (d *lenientDisk) Rename(from, to string) error { return d.files.Rename(from, to) }

// Remove removes a file.
func (d *lenientDisk) Remove(path string) error { return d.files.Remove(path) }

// SyncFolder makes a name durable, or warns. EBADF is how some file systems
// refuse to sync what was opened to be read, as every folder is.
func (d *lenientDisk) SyncFolder(path string) error {
	err := d.files.SyncFolder(path)
	if !sheet.Unsupported(err) && !errors.Is(err, syscall.EBADF) {
		return err
	}
	d.warn(noNameSync, path)
	return nil
}

// Claim locks a file, or warns. ENOLCK is NFS without its service for locks.
func (d *lenientDisk) Claim(f *os.File) error {
	err := d.journals.Claim(f)
	if !sheet.Unsupported(err) && !errors.Is(err, syscall.ENOLCK) {
		return err
	}
	d.warn(noLocks, f.Name())
	return nil
}

// synced is what a lenient Sync returns for the error of a strict one.
func (d *lenientDisk) synced(err error, path string) error {
	if !sheet.Unsupported(err) {
		return err
	}
	d.warn(noFileSync, path)
	return nil
}

type lenientFile struct {
	sheet.DiskFile
	disk *lenientDisk
}

func (f lenientFile) Sync() error { return f.disk.synced(f.DiskFile.Sync(), f.Name()) }

type lenientJournal struct {
	journal.DiskFile
	disk *lenientDisk
	path string
}

func (f lenientJournal) Sync() error { return f.disk.synced(f.DiskFile.Sync(), f.path) }

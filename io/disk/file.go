package disk

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Target says where a file will appear: at Path, or on Stream where Path is "-".
// Stream, a device or a pipe gets the whole file at once, at the end. A link at Path
// is followed and remains a link.
type Target struct {
	Path   string
	Stream io.Writer // standard output, also where Path is /dev/stdout
	Disk   System    // nil means Real
	// NoWait makes Commit fail, instead of wait, where Path is a pipe without a reader.
	NoWait bool
}

// File is a staged file: its content is written under a temporary name in the
// folder of its final name, with mode 0600, and Commit renames it. For a stream the
// content is in a [Spool] instead. All errors of its methods are *Error. One
// goroutine uses it at a time.
type File struct {
	target Target
	path   string // the target's, with links followed
	staged stagedContent
	name   string // the temporary name; empty for a stream
	spool  *Spool // the same as staged for a stream; nil for a file
	flush  func() error
	free   func()
	sealed bool
	done   bool  // committed or aborted
	failed error // the first failure: a file that has one is never committed
}

// stagedContent is written once, from its start to its end.
type stagedContent interface {
	io.WriteCloser
	Sync() error
}

// Create starts a file at target. The folder must exist and be writable. The
// caller ends the file with Commit or Abort.
func Create(target Target) (*File, error) {
	if target.Disk == nil {
		target.Disk = realSystem{}
	}
	place := Locate(target.Path)
	f := &File{target: target, path: place.Path, flush: func() error { return nil }, free: func() {}}
	switch place.Form {
	case Stream:
		spool, err := NewSpool("writing " + target.Path)
		if err != nil {
			return nil, err
		}
		f.staged, f.spool = spool, spool
		return f, nil
	case Unwritable:
		return nil, &Error{Doing: "writing " + target.Path, Problem: "a file cannot replace it", Hint: "give the name of a file"}
	case Absent, Regular:
	}
	staged, err := target.Disk.CreateTemp(folderOf(f.path), stagedStart(f.path)+"*"+stagedEnd)
	if err != nil {
		return nil, f.Fail(err)
	}
	f.staged, f.name = staged, staged.Name()
	return f, nil
}

// The temporary name of a staged file is .NAME.DIGITS.partial: os.CreateTemp puts
// digits in place of the "*".
const stagedEnd = ".partial"

func stagedStart(path string) string { return "." + filepath.Base(path) + "." }

// isStaged reports whether name is that of a staged file for path.
func isStaged(name, path string) bool {
	digits, started := strings.CutPrefix(name, stagedStart(path))
	digits, ended := strings.CutSuffix(digits, stagedEnd)
	return started && ended && strings.Trim(digits, "0123456789") == ""
}

// Sweep removes staged files for path that a killed run left behind. The caller
// holds the lock of path, so that no other run is writing one. What cannot be
// removed remains: it does no harm.
func Sweep(path string) {
	place := Locate(path)
	if place.Form != Regular && place.Form != Absent {
		return
	}
	path = place.Path
	folder := folderOf(path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return // Create will say what is wrong
	}
	for _, entry := range entries {
		if isStaged(entry.Name(), path) {
			_ = os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}

// Buffer registers a writer that holds back part of the content. Seal calls flush
// once to have that part written; Commit or Abort calls free once to have it
// released.
func (f *File) Buffer(flush func() error, free func()) { f.flush, f.free = flush, free }

// Name returns the path of the target as it was given.
func (f *File) Name() string { return f.target.Path }

// Err returns the first failure, or nil. A file that has failed is never committed.
func (f *File) Err() error { return f.failed }

// Write appends to the content.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.staged.Write(p)
	if err != nil {
		err = f.Fail(err)
	}
	return n, err
}

// Seal flushes the content and syncs it to disk, still under its temporary name.
// Nothing can be written after it. A run that has several files seals all of them
// before it commits the first.
func (f *File) Seal() error {
	if f.sealed || f.failed != nil {
		return f.failed
	}
	if err := f.flush(); err != nil {
		return f.Fail(err)
	}
	if err := f.staged.Sync(); err != nil {
		return f.Fail(err)
	}
	if f.spool == nil { // some file systems report a full disk only here
		if err := f.staged.Close(); err != nil {
			return f.Fail(err)
		}
	}
	f.sealed = true
	return nil
}

// Stat describes a sealed file by its temporary name, which a stream does not have.
func (f *File) Stat() (fs.FileInfo, error) {
	is, err := os.Stat(f.name)
	if err != nil {
		return nil, f.Fail(err)
	}
	return is, nil
}

// Digest returns the SHA-256 of a sealed file in hex; empty for a stream.
func (f *File) Digest() (string, error) {
	if f.spool != nil {
		return "", nil
	}
	sum, err := digest(f.name)
	if err != nil {
		return "", f.Fail(err)
	}
	return sum, nil
}

func digest(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Commit seals the file and renames it to its final name, replacing what is there,
// or copies it to the stream, device or pipe. It waits a while for the reader of a pipe. A
// second Commit returns what the first one did.
func (f *File) Commit() error {
	if f.done {
		return f.failed
	}
	if err := f.Seal(); err != nil {
		return err
	}
	if f.spool != nil {
		return f.copyOut()
	}
	if err := f.target.Disk.Rename(f.name, f.path); err != nil {
		return f.Fail(err)
	}
	f.done = true
	f.free()
	if err := f.target.Disk.SyncFolder(f.path); err != nil {
		return f.Fail(&Error{
			Doing: "writing " + f.target.Path, Problem: "it is complete, but may not survive a power cut",
			Hint: "check the disk, then run the same command again", Err: WithoutPath(err),
		})
	}
	return nil
}

func (f *File) copyOut() error {
	defer f.discard()
	if _, err := f.spool.Seek(0, io.SeekStart); err != nil {
		return f.Fail(err)
	}
	stream, closeStream, err := f.openStream()
	if err != nil {
		return f.Fail(err)
	}
	_, err = io.Copy(stream, f.spool)
	if err = cmp.Or(err, closeStream()); err != nil {
		return f.Fail(err)
	}
	return nil
}

// openStream opens what the file is copied to. A name such as /dev/fd/3 is that of an
// open file to which others may have written: we append to it.
func (f *File) openStream() (_ io.Writer, closeStream func() error, _ error) {
	if (Place{Path: f.path}).IsStandardOutput() {
		return f.target.Stream, func() error { return nil }, nil
	}
	for waited := time.Duration(0); ; waited += readerPoll {
		stream, err := os.OpenFile(f.path, os.O_WRONLY|os.O_APPEND|syscall.O_NONBLOCK, 0)
		switch {
		case err == nil:
			return stream, stream.Close, nil
		case !errors.Is(err, syscall.ENXIO) || f.target.NoWait: // ENXIO: the pipe has no reader (open(2))
			return nil, nil, err
		case waited >= readerWait:
			return nil, nil, &Error{
				Doing: "writing " + f.target.Path, Problem: fmt.Sprintf("nothing has read this pipe for %s", readerWait),
				Hint: "start what reads it before loanmap, or give the name of a file",
			}
		}
		time.Sleep(readerPoll)
	}
}

// How long a pipe may have no reader when there is something to write to it, and how
// often that is looked at.
const (
	readerWait = 10 * time.Second
	readerPoll = 20 * time.Millisecond
)

// Abort removes the staged file. It does nothing after Commit.
func (f *File) Abort() {
	if f.done {
		return
	}
	_ = f.Fail(errors.New("it was aborted"))
	f.discard()
}

func (f *File) discard() {
	f.done = true
	f.free()
	_ = f.staged.Close()
	if f.spool == nil {
		_ = f.target.Disk.Remove(f.name)
	}
}

// Fail records a failure of the writer on top, and returns the first failure of the
// file as an *Error. The file can then only be aborted.
func (f *File) Fail(err error) error {
	if f.failed == nil {
		f.failed = f.explain(err)
	}
	return f.failed
}

func (f *File) explain(err error) error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	hint := SpaceHint(err) + "; no incomplete file was left"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		hint = fmt.Sprintf("create the folder first: mkdir -p %s", folderOf(f.path))
	case errors.Is(err, syscall.EPIPE):
		hint = "the program that reads it ended before the last row; to keep all rows, write to a file with -o"
	case errors.Is(err, fs.ErrPermission):
		hint = "write to a folder where you may create files, with -o, --errors and --summary"
	}
	return &Error{Doing: "writing " + f.target.Path, Hint: hint, Err: WithoutPath(err)}
}

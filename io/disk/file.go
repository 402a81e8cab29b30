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
)

// Target is where a file is to appear: at Path, or, where Path is "-", on
// Stream. Stream, a device or a pipe gets the whole file in one go at the end. A
// link at Path is followed, and stays.
type Target struct {
	Path   string
	Stream io.Writer
	Disk   System // nil means the real one
	// Hasty has Commit fail where Path is a pipe that is not being read, and not wait.
	Hasty bool
}

// File is a file in the making: written under a temporary name beside its
// final one, on the same disk therefore, and moved there by Commit. It is
// readable by its owner alone.
type File struct {
	target Target
	path   string // where it goes: that of target, with links followed
	temp   synced
	name   string // the temporary one
	spool  *Spool // temp, where the target is a stream
	// flush writes out what the writer on top still holds; free releases it.
	flush  func() error
	free   func()
	sealed bool
	done   bool
	failed error // the first failure: such a file is never committed
}

// synced is an open file that is written once, from its start to its end.
type synced interface {
	io.WriteCloser
	Sync() error
}

// Create starts a file at target. The folder must exist and be writable.
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
		f.temp, f.spool = spool, spool
		return f, nil
	case Unwritable:
		return nil, &Error{Doing: "writing " + target.Path, Problem: "it is no file that can be replaced", Hint: "give it the name of a file"}
	case Absent, Regular:
	}
	temp, err := target.Disk.CreateTemp(folderOf(f.path), partialStart(f.path)+"*"+partialEnding)
	if err != nil {
		return nil, f.Fail(err)
	}
	f.temp, f.name = temp, temp.Name()
	return f, nil
}

// Files in the making are called .NAME.DIGITS.partial.
const partialEnding = ".partial"

func partialStart(path string) string { return "." + filepath.Base(path) + "." }

// Sweep removes the files in the making at path that a killed run has left. The
// caller knows that no other run is making one.
func Sweep(path string) {
	place := Locate(path)
	if place.Form != Regular && place.Form != Absent {
		return
	}
	path = place.Path
	folder := folderOf(path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return // creating the file will say what is wrong
	}
	for _, entry := range entries {
		digits, ours := strings.CutPrefix(entry.Name(), partialStart(path))
		if digits, partial := strings.CutSuffix(digits, partialEnding); ours && partial && strings.Trim(digits, "0123456789") == "" {
			_ = os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}

// Buffer tells the file of a writer on top that holds back part of the content:
// flush writes that part out when the file is sealed, and free is called once, when
// the file is committed or aborted.
func (f *File) Buffer(flush func() error, free func()) { f.flush, f.free = flush, free }

// Name returns the path of the target, as it was given.
func (f *File) Name() string { return f.target.Path }

// Err returns the first failure, or nil. A file that has failed is never committed.
func (f *File) Err() error { return f.failed }

// Write adds to the file.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.temp.Write(p)
	if err != nil {
		err = f.Fail(err)
	}
	return n, err
}

// Seal makes sure that what was written has reached the disk. Nothing can be
// written after it.
func (f *File) Seal() error {
	if f.sealed || f.failed != nil {
		return f.failed
	}
	if err := f.flush(); err != nil {
		return f.Fail(err)
	}
	if err := f.temp.Sync(); err != nil {
		return f.Fail(err)
	}
	if f.spool == nil { // some systems tell of a full disk here
		if err := f.temp.Close(); err != nil {
			return f.Fail(err)
		}
	}
	f.sealed = true
	return nil
}

// Stat describes the file, once it is sealed, under its temporary name. That of
// a stream has none.
func (f *File) Stat() (fs.FileInfo, error) {
	is, err := os.Stat(f.name)
	if err != nil {
		return nil, f.Fail(err)
	}
	return is, nil
}

// Digest returns the SHA-256 of the file in hex, once it is sealed. That of a stream
// is empty: it is not kept.
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

// Commit seals the file and gives it its final name, replacing what is there,
// or copies it to the target's stream, device or pipe. A pipe that is not read
// yet has it wait.
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
			Doing: "writing " + f.target.Path, Problem: "it is there and whole, but may not outlast a power cut",
			Hint: "check the disk", Err: WithoutPath(err),
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

// openStream opens what the file is copied to. Where another open file is named, as
// by /dev/fd/3, others may have written to it: it is added to.
func (f *File) openStream() (_ io.Writer, closeStream func() error, _ error) {
	if (Place{Path: f.path}).IsStandardOutput() {
		return f.target.Stream, func() error { return nil }, nil
	}
	how := os.O_WRONLY | os.O_APPEND
	if f.target.Hasty {
		how |= syscall.O_NONBLOCK
	}
	stream, err := os.OpenFile(f.path, how, 0)
	if err != nil {
		return nil, nil, err
	}
	return stream, stream.Close, nil
}

// Abort removes the file, unless it is committed.
func (f *File) Abort() {
	if f.done {
		return
	}
	_ = f.Fail(errors.New("it was given up"))
	f.discard()
}

func (f *File) discard() {
	f.done = true
	f.free()
	_ = f.temp.Close()
	if f.spool == nil {
		_ = f.target.Disk.Remove(f.name)
	}
}

// Fail takes note of a failure and returns the first one there was.
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
	hint := "check the disk and the rights on the folder; nothing was left at that name"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		hint = fmt.Sprintf("make the folder first: mkdir -p %s", folderOf(f.path))
	case errors.Is(err, syscall.EPIPE):
		hint = "what reads it has ended before the last row; to keep all rows, write to a file with -o"
	case errors.Is(err, fs.ErrPermission):
		hint = "write to a folder of your own with -o, --errors and --summary"
	}
	return &Error{Doing: "writing " + f.target.Path, Hint: hint, Err: WithoutPath(err)}
}

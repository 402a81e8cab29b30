package sheet

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// tempHint is what to do where temporary files cannot be made.
const tempHint = "set TMPDIR to a folder that can be written"

// Target is where a file is to appear: at Path, or, where Path is "-", on
// Stream, which then gets the whole file in one go at the end.
type Target struct {
	Path   string
	Stream io.Writer
}

// Kind tells from the ending of the path what the target is to be.
func (t Target) Kind() (Kind, error) {
	switch {
	case t.Path == "-", named(t.Path, ".csv"), named(t.Path, ".tsv"), named(t.Path, ".txt"):
		return CSV, nil
	case named(t.Path, ".xlsx"):
		return XLSX, nil
	}
	return "", &Error{
		Doing: "writing " + t.Path, Problem: "its ending says neither CSV nor XLSX",
		Hint: "let the name end in .csv, .tsv, .txt or .xlsx",
	}
}

// File is a file in the making: written under a temporary name beside its
// final one, and moved there by Commit. It is readable by its owner alone.
type File struct {
	target Target
	temp   *os.File
	// finish writes out what a sheet's writer still holds; release frees it.
	finish  func() error
	release func()
	sealed  bool
	done    bool
	failed  error // the first failure: such a file is never committed
}

// CreateFile starts a file at target. The folder must exist and be writable.
func CreateFile(target Target) (*File, error) {
	folder := ""
	if target.Path != "-" {
		folder = filepath.Dir(target.Path)
	}
	f := &File{target: target, finish: func() error { return nil }, release: func() {}}
	// CreateTemp gives mode 0600.
	temp, err := os.CreateTemp(folder, "."+filepath.Base(target.Path)+".*.partial")
	if err != nil {
		return nil, f.cannotWrite(err)
	}
	f.temp = temp
	return f, nil
}

// Write adds to the file.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.temp.Write(p)
	if err != nil {
		err = f.cannotWrite(err)
	}
	return n, err
}

// Seal makes sure that what was written has reached the disk. Nothing can be
// written after it.
func (f *File) Seal() error {
	if f.sealed || f.failed != nil {
		return f.failed
	}
	if err := f.finish(); err != nil {
		return f.cannotWrite(err)
	}
	if err := f.temp.Sync(); err != nil {
		return f.cannotWrite(err)
	}
	f.sealed = true
	return nil
}

// Commit seals the file and gives it its final name, replacing what is there,
// or copies it to the target's stream.
func (f *File) Commit() error {
	if f.done {
		return f.failed
	}
	if err := f.Seal(); err != nil {
		return err
	}
	if f.target.Path == "-" {
		return f.copyOut()
	}
	if err := f.temp.Close(); err != nil {
		return f.cannotWrite(err)
	}
	if err := os.Rename(f.temp.Name(), f.target.Path); err != nil {
		return f.cannotWrite(err)
	}
	f.done = true
	f.release()
	return f.syncFolder()
}

func (f *File) copyOut() error {
	defer f.discard()
	if _, err := f.temp.Seek(0, io.SeekStart); err != nil {
		return f.cannotWrite(err)
	}
	if _, err := io.Copy(f.target.Stream, f.temp); err != nil {
		return f.cannotWrite(err)
	}
	return nil
}

// syncFolder makes the new name itself durable. Windows has no such call and
// needs none.
func (f *File) syncFolder() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(filepath.Dir(f.target.Path))
	if err != nil {
		return f.cannotWrite(err)
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil {
		return f.cannotWrite(err)
	}
	return nil
}

// Abort removes the file, unless it is committed.
func (f *File) Abort() {
	if f.done {
		return
	}
	_ = f.cannotWrite(errors.New("it was given up"))
	f.discard()
}

func (f *File) discard() {
	f.done = true
	f.release()
	_ = f.temp.Close()
	_ = os.Remove(f.temp.Name())
}

// cannotWrite takes note of a failure and returns the first one there was.
func (f *File) cannotWrite(err error) error {
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
	case f.temp == nil && f.target.Path == "-":
		hint = tempHint
	case errors.Is(err, fs.ErrNotExist):
		hint = fmt.Sprintf("make the folder first: mkdir -p %s", filepath.Dir(f.target.Path))
	case errors.Is(err, fs.ErrPermission):
		hint = "write to a folder of your own with -o, --errors and --summary"
	}
	// Temporary names mean nothing to the reader of the message.
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	} else if inner, ok := errors.AsType[*os.LinkError](err); ok {
		err = inner.Err
	}
	return &Error{Doing: "writing " + f.target.Path, Hint: hint, Err: err}
}

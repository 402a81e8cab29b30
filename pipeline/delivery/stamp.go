package delivery

import (
	"errors"
	"os"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

// stamp is a file as it was when a run began.
type stamp struct {
	path string
	was  os.FileInfo
}

// stampsOf notes how files are now.
func stampsOf(paths ...string) ([]stamp, error) {
	var stamps []stamp
	for _, path := range paths {
		was, err := os.Stat(path)
		if err != nil {
			return nil, &disk.Error{Doing: "reading " + path, Hint: "check the path", Err: errors.Unwrap(err)}
		}
		stamps = append(stamps, stamp{path, was})
	}
	return stamps, nil
}

// unchanged refuses to replace a file that has changed since the run read it.
func unchanged(files []stamp) error {
	for _, file := range files {
		is, err := os.Stat(file.path)
		if err != nil || !os.SameFile(file.was, is) || !is.ModTime().Equal(file.was.ModTime()) || is.Size() != file.was.Size() {
			return &ChangedError{file.path}
		}
	}
	return nil
}

// ChangedError is a file that was changed while it was needed.
type ChangedError struct{ File string }

func (e *ChangedError) Error() string { return e.File + " was changed while loanmap ran" }

// Advice returns what the person can do about it.
func (e *ChangedError) Advice() string {
	return "nothing was written; close the file in other programs, then run the same command again"
}

// InputDigest returns the digest of a file that is read, and "" if it is not a
// regular file: that can be read only once.
func InputDigest(path string) (string, error) {
	is, err := os.Stat(path)
	if path == "-" || err != nil || !is.Mode().IsRegular() {
		return "", nil //nolint:nilerr // opening the file says what is wrong with it
	}
	return sheet.Digest(path)
}

package disk

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Same reports whether two places are, or would be, one file, also if they are named by
// different links, or in different case where the folder ignores case. The null device
// is not the same as itself: output may be discarded twice.
func (p Place) Same(other Place) bool { return p.same(other, ignoresCase) }

// same is Same, with a function that reports whether a folder ignores case.
func (p Place) same(other Place, ignoresCase func(folder string) bool) bool {
	if p.Info != nil && other.Info != nil {
		null, err := os.Stat(os.DevNull)
		return os.SameFile(p.Info, other.Info) && (err != nil || !os.SameFile(p.Info, null))
	}
	if p.Info != nil || other.Info != nil || p.isNameless() || other.isNameless() {
		return false
	}
	folder, err := os.Stat(folderOf(p.Path))
	otherFolder, otherErr := os.Stat(folderOf(other.Path))
	if err != nil || otherErr != nil {
		return filepath.Clean(p.Path) == filepath.Clean(other.Path)
	}
	if !os.SameFile(folder, otherFolder) {
		return false
	}
	name, otherName := filepath.Base(p.Path), filepath.Base(other.Path)
	return name == otherName || strings.EqualFold(name, otherName) && ignoresCase(folderOf(p.Path))
}

// isNameless reports whether the place has no name in a folder: it is "-" or a stream
// that is not a file.
func (p Place) isNameless() bool { return p.Path == "" || p.Path == "-" }

// LocateStream returns the place of a standard stream that is redirected to or from a
// file. A stream that is not a file of the operating system is the same as no place.
func LocateStream(stream any) Place {
	p := Place{Form: Stream}
	file, ok := stream.(*os.File)
	if !ok {
		return p
	}
	if is, err := file.Stat(); err == nil {
		p.Info = is
	}
	return p
}

// Canonical returns a path that is equal for every spelling of the place, as far as
// that can be found out. Locks that are taken in this order cannot block each other.
func (p Place) Canonical() string {
	folder, name := filepath.Split(p.Path)
	if !filepath.IsAbs(folder) {
		if here, err := os.Getwd(); err == nil {
			folder = here + string(filepath.Separator) + folder
		}
	}
	if resolved, err := filepath.EvalSymlinks(folder); err == nil { // before Join, which cleans: ".." is where links lead
		folder = resolved
	}
	return filepath.Join(folder, name)
}

// ignoresCase reports whether names in folder that differ only in case are one. This
// differs from folder to folder, so it makes a file there for a moment.
func ignoresCase(folder string) bool {
	probe, err := os.CreateTemp(folder, ".loanmap-case-*")
	if err != nil {
		return runtime.GOOS == "windows" || runtime.GOOS == "darwin"
	}
	defer func() {
		_ = probe.Close()
		_ = os.Remove(probe.Name())
	}()
	_, err = os.Lstat(filepath.Join(folder, strings.ToUpper(filepath.Base(probe.Name()))))
	return err == nil
}

package disk

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Form is what is at the end of a name.
type Form int

const (
	// Absent is nothing, or a link to nothing. A file can be made there.
	Absent Form = iota
	// Regular is a file that can be replaced.
	Regular
	// Stream is a device or a pipe. It is written to, and never replaced.
	Stream
	// Unwritable is a folder, a socket, or links in a circle.
	Unwritable
)

// Place is where the name of a file leads.
type Place struct {
	// Path is the name with its last link followed to the end. Files that belong to
	// this one, such as its lock, are named after it, so that they are the same for
	// a link and for its target.
	Path string
	Form Form
	// Info describes what is there; nil where there is nothing.
	Info fs.FileInfo
}

// maxFollowed is how many links are followed, as Linux does (path_resolution(7)).
const maxFollowed = 40

// Locate follows a name. "-" is a Stream. What cannot be looked at is Absent:
// making the file says what is wrong.
func Locate(path string) Place {
	if path == "-" {
		return Place{Path: path, Form: Stream}
	}
	p := Place{Path: path}
	for range maxFollowed {
		is, err := os.Lstat(p.Path)
		switch {
		case err != nil && namesFolder(p.Path):
			p.Form = Unwritable
			return p
		case err != nil:
			return p
		case is.Mode()&fs.ModeSymlink == 0 || openFileLink(p.Path):
			return p.described()
		}
		target, err := os.Readlink(p.Path)
		if err != nil {
			return p
		}
		if !filepath.IsAbs(target) {
			target = joined(p.Path, target)
		}
		p.Path = target
	}
	p.Form = Unwritable
	return p
}

// described adds what is at p.Path.
func (p Place) described() Place {
	is, err := os.Stat(p.Path)
	if err != nil {
		return p
	}
	p.Info = is
	const written = fs.ModeDevice | fs.ModeCharDevice | fs.ModeNamedPipe
	switch {
	case is.Mode()&written != 0:
		p.Form = Stream
	case !is.Mode().IsRegular():
		p.Form = Unwritable
	case openFileLink(p.Path):
		p.Form = Stream
	default:
		p.Form = Regular
	}
	return p
}

// openFileLink reports whether path is a system's link to an open file, such as
// the target of /dev/stdout: what it leads to is written by others, too.
func openFileLink(path string) bool {
	clean := filepath.ToSlash(filepath.Clean(path))
	for _, pattern := range []string{"/proc/*/fd/*", "/dev/fd/*"} {
		if is, err := filepath.Match(pattern, clean); is && err == nil {
			return true
		}
	}
	return false
}

// IsStandardOutput reports whether the place is standard output. That is not opened
// once more: who else writes to it would write over what is there.
func (p Place) IsStandardOutput() bool {
	switch filepath.ToSlash(filepath.Clean(p.Path)) {
	case "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1":
		return true
	}
	return false
}

// namesFolder reports whether path can be that of a folder alone.
func namesFolder(path string) bool {
	base := path[len(folderPart(path)):]
	return base == "" || base == "." || base == ".."
}

// joined is a name as seen from the folder of the file at path. It is not cleaned:
// where a folder is a link, ".." is not the folder that it is in.
func joined(path, name string) string { return folderPart(path) + name }

// folderPart is what is before the last name in path.
func folderPart(path string) string {
	folder, _ := filepath.Split(path)
	return folder
}

// folderOf is the folder of the file at path. It is not cleaned, as joined is not.
func folderOf(path string) string {
	folder := folderPart(path)
	if folder == "" {
		return "."
	}
	if trimmed := strings.TrimRight(folder, string(filepath.Separator)); trimmed != "" && filepath.VolumeName(folder) != trimmed {
		return trimmed
	}
	return folder
}

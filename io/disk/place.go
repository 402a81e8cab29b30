package disk

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Form says what a name leads to.
type Form int

const (
	// Absent is nothing, or a link to nothing. A file can be made there.
	Absent Form = iota
	// Regular is a file that can be replaced.
	Regular
	// Stream is standard output, a device, a pipe or another open file. It is
	// written to and never replaced.
	Stream
	// Unwritable is a folder, a socket, or links in a circle.
	Unwritable
)

// Place is where a name leads.
type Place struct {
	// Path is the name with its last link followed to the end. Files that belong to
	// this one, such as its lock, are named after Path, so that they are the same for
	// a link and for its target.
	Path string
	Form Form
	// Info describes what is there; nil where there is nothing.
	Info fs.FileInfo
}

// maxLinks is how many links are followed, as Linux does (path_resolution(7)).
const maxLinks = 40

// Locate follows the links of a name. "-" is a Stream. A name that cannot be examined
// is Absent: making the file reports what is wrong.
func Locate(path string) Place {
	if path == "-" {
		return Place{Path: path, Form: Stream}
	}
	p := Place{Path: path}
	for range maxLinks {
		is, err := os.Lstat(p.Path)
		switch {
		case err != nil && namesFolder(p.Path):
			p.Form = Unwritable
			return p
		case err != nil:
			return p
		case is.Mode()&fs.ModeSymlink == 0 || isOpenFile(p.Path):
			return p.described()
		}
		target, err := os.Readlink(p.Path)
		if err != nil {
			return p
		}
		if !filepath.IsAbs(target) {
			target = folderPart(p.Path) + target
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
	case isOpenFile(p.Path):
		p.Form = Stream
	default:
		p.Form = Regular
	}
	return p
}

// isOpenFile reports whether path is the system's link to an open file, such as the
// target of /dev/stdout. Others may write to that file at the same time.
func isOpenFile(path string) bool {
	clean := filepath.ToSlash(filepath.Clean(path))
	for _, pattern := range []string{"/proc/*/fd/*", "/dev/fd/*"} {
		if is, err := filepath.Match(pattern, clean); is && err == nil {
			return true
		}
	}
	return false
}

// IsStandardOutput reports whether the place is standard output. Standard output is
// never opened a second time: two writers would overwrite each other's content.
func (p Place) IsStandardOutput() bool {
	switch filepath.ToSlash(filepath.Clean(p.Path)) {
	case "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1":
		return true
	}
	return false
}

// namesFolder reports whether path can only be that of a folder.
func namesFolder(path string) bool {
	base := path[len(folderPart(path)):]
	return base == "" || base == "." || base == ".."
}

// folderPart is what precedes the last name in path, with its separator. It is not
// cleaned: where a folder is a link, ".." is not the folder that holds the link.
func folderPart(path string) string {
	folder, _ := filepath.Split(path)
	return folder
}

// folderOf is the folder of the file at path, not cleaned either.
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

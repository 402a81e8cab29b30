//go:build !windows

package delivery

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// isOpen reports whether a stream can be written to. Go opens the null device, to be
// read and written, in place of a standard stream that is closed (runtime, checkfds);
// who means that device opens it to be written, as >/dev/null does.
func isOpen(stream io.Writer) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return stream != nil
	}
	is, err := file.Stat()
	if err != nil {
		return false
	}
	flags, err := unix.FcntlInt(file.Fd(), unix.F_GETFL, 0)
	if err != nil {
		return false
	}
	null, err := os.Stat(os.DevNull)
	isNull := err == nil && os.SameFile(is, null)
	switch flags & unix.O_ACCMODE {
	case unix.O_RDONLY:
		return false
	case unix.O_RDWR:
		return !isNull
	}
	return true
}

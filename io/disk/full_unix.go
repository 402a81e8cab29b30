//go:build !windows

package disk

import (
	"errors"
	"syscall"
)

// isFull reports whether err says that nothing more can be written: the disk is full, a
// quota is used up, or a file is as large as files may be.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

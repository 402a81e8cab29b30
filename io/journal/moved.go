package journal

import (
	"time"

	"loanmap/io/disk"
)

// The names below have moved to package disk. They remain until their users are
// rewritten.

// Names of locks and of the file system.
type (
	// Disk is disk.System.
	Disk = disk.System
	// DiskFile is disk.Handle.
	DiskFile = disk.Handle
	// DiskError is disk.Error.
	DiskError = disk.Error
	// Lock is disk.Lock.
	Lock = disk.Lock
	// HeldError is disk.HeldError.
	HeldError = disk.HeldError
	// InWayError is disk.NotLockError.
	InWayError = disk.NotLockError
)

// RealDisk is disk.Real.
func RealDisk() Disk { return disk.Real() }

// AcquireLock is disk.AcquireLock.
func AcquireLock(path string, now time.Time, system Disk) (*Lock, error) {
	return disk.AcquireLock(path, now, system)
}

package sheet

import "loanmap/io/disk"

// The names below have moved to package disk. They remain until their users are
// rewritten.

// Names of files in the making.
type (
	// Error is disk.Error.
	Error = disk.Error
	// File is disk.File.
	File = disk.File
	// Disk is disk.System.
	Disk = disk.System
	// DiskFile is disk.Handle.
	DiskFile = disk.Handle
	// Place is disk.Place.
	Place = disk.Place
	// Form is disk.Form.
	Form = disk.Form
)

// Target is disk.Target, with a method.
type Target disk.Target

// Kind is KindOf the target's path.
func (t Target) Kind() (Kind, error) { return KindOf(t.Path) }

// The forms of a Place.
const (
	Absent     = disk.Absent
	Regular    = disk.Regular
	Stream     = disk.Stream
	Unwritable = disk.Unwritable
)

// RealDisk is disk.Real.
func RealDisk() Disk { return disk.Real() }

// Unsupported is disk.Unsupported.
func Unsupported(err error) bool { return disk.Unsupported(err) }

// CreateFile is disk.Create.
func CreateFile(target Target) (*File, error) { return disk.Create(disk.Target(target)) }

// Sweep is disk.Sweep.
func Sweep(path string) { disk.Sweep(path) }

// Locate is disk.Locate.
func Locate(path string) Place { return disk.Locate(path) }

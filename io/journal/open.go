package journal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"loanmap/io/disk"
)

// Found describes the journal that an earlier run left.
type Found struct {
	Records int
	Written time.Time // when its last group was written

	created time.Time
	cut     int64 // the length of the torn tail that was cut off, in bytes
}

// Open resumes the journal at o.Path, or creates one; then Found is nil. A journal that
// cannot be resumed is left as it is: the error is then a *StateError, and Fresh
// replaces it. An error of the disk is a *disk.Error. The caller holds the lock of the
// output, so that no other run has the journal open.
func Open(o Options) (*Journal, *Found, error) {
	if err := o.setDefaults(); err != nil {
		return nil, nil, err
	}
	head, err := o.readHeader()
	if err != nil {
		return nil, nil, err
	}
	if head == nil {
		j, err := o.create()
		return j, nil, err
	}
	return o.resume(head)
}

// Fresh creates a journal at o.Path in place of the one that may be there. It does not
// replace a file that is not a journal: the error is then a *StateError. An error of
// the disk is a *disk.Error.
func Fresh(o Options) (*Journal, error) {
	if err := o.setDefaults(); err != nil {
		return nil, err
	}
	_, err := o.readHeader()
	if refused, ok := errors.AsType[*StateError](err); ok && refused.State != foreign {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return o.create()
}

// Resumable reports whether Open would resume the journal at o.Path, and changes
// nothing. It is false without an error where Open would create one. Its errors are
// those of Open.
func Resumable(o Options) (bool, error) {
	if err := o.setDefaults(); err != nil {
		return false, err
	}
	head, err := o.readHeader()
	if head == nil {
		return false, err
	}
	f, _, err := o.open(head, os.O_RDONLY)
	if err != nil {
		return false, err
	}
	_ = f.Close()
	return true, nil
}

// labelLength is the number of bytes of the salt that a label shows.
const labelLength = 4

// Label returns eight hexadecimal digits that distinguish the journal at o.Path from
// others, also from others of the same run. It is empty where there is no journal. It
// needs neither the right Secret nor the right Identity. Its errors are those of Open.
func Label(o Options) (string, error) {
	if err := o.setDefaults(); err != nil {
		return "", err
	}
	head, err := o.readHeader()
	if head == nil {
		return "", err
	}
	return hex.EncodeToString(head[saltAt : saltAt+labelLength]), nil
}

// setDefaults sets the options that were left out.
func (o *Options) setDefaults() error {
	if len(o.Secret) == 0 {
		return errors.New("opening the journal: no secret to seal it with")
	}
	if o.group <= 0 {
		o.group = defaultGroup
	}
	if o.now == nil {
		o.now = time.Now
	}
	if o.Disk == nil {
		o.Disk = disk.Real()
	}
	return nil
}

// readHeader reads the header of the file at o.Path. It is nil where there is no file,
// or one whose run was killed while it created the journal. The error is a *StateError
// of foreign or newer, or of the disk.
func (o *Options) readHeader() (header, error) {
	info, err := os.Lstat(o.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, o.unreadable(err)
	}
	if !info.Mode().IsRegular() {
		return nil, o.refuse(foreign, nil)
	}
	f, err := o.Disk.Open(o.Path, os.O_RDONLY)
	if err != nil {
		return nil, o.unreadable(err)
	}
	defer f.Close()
	start := make([]byte, preamble)
	length, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, o.unreadable(err)
	}
	return o.classify(start[:length])
}

// classify returns the header of a file that starts like this, or refuses the file.
func (o *Options) classify(start []byte) (header, error) {
	blank := len(bytes.Trim(start, "\x00")) == 0 // as a power cut may leave a new file
	switch {
	case blank:
		return nil, nil
	case !strings.HasPrefix(magic, string(start[:min(len(start), len(magic))])):
		return nil, o.refuse(foreign, nil)
	case len(start) >= createdAt && header(start).version() > version:
		return nil, o.refuse(newer, nil)
	case len(start) >= createdAt && header(start).version() < version:
		return nil, o.refuse(foreign, nil)
	case len(start) < preamble:
		return nil, nil
	}
	return header(start[:headerLength]), nil
}

// create creates a journal. It removes the file that may be there and does not
// overwrite it: the mode and the hard links of that file are not ours.
func (o *Options) create() (*Journal, error) {
	head := newHeader(o.now(), o.Owner)
	seal, err := newSeal(head, o.Secret, o.Identity)
	if err != nil {
		return nil, fmt.Errorf("creating the journal: %w", err)
	}
	f, err := o.createFile(head, seal)
	if err != nil {
		return nil, diskError("creating", o.Path, err)
	}
	return o.newJournal(f, seal, int64(preamble), 1), nil
}

// createFile makes the file durable with its header and group 0.
func (o *Options) createFile(head header, seal *seal) (disk.Handle, error) {
	if err := removeFile(o.Disk, o.Path); err != nil {
		return nil, err
	}
	f, err := o.Disk.Open(o.Path, os.O_RDWR|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return nil, err
	}
	first := newContent()
	first.stamp(head.created())
	_, err = f.WriteAt(seal.frame(bytes.Clone(head), 0, first), 0)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = o.Disk.SyncFolder(o.Path)
	}
	if err != nil {
		_ = f.Close()
		_ = removeFile(o.Disk, o.Path)
		return nil, err
	}
	return f, nil
}

// open opens the journal with this header if it can be resumed. The scanner has read
// group 0.
func (o *Options) open(head header, flag int) (disk.Handle, *scanner, error) {
	seal, err := newSeal(head, o.Secret, o.Identity)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the journal: %w", err)
	}
	f, err := o.Disk.Open(o.Path, flag)
	if err != nil {
		return nil, nil, o.unreadable(err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		_ = f.Close()
		return nil, nil, o.unreadable(err)
	}
	scan := newScanner(f, seal, size)
	if err := o.checkGroup0(scan, head); err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return f, scan, nil
}

// resume opens the journal with this header for more records.
func (o *Options) resume(head header) (*Journal, *Found, error) {
	f, scan, err := o.open(head, os.O_RDWR)
	if err != nil {
		return nil, nil, err
	}
	j, found, err := o.cutTail(f, head, scan)
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return j, found, nil
}

// cutTail reads a journal to its last whole group and cuts off what follows.
func (o *Options) cutTail(f disk.Handle, head header, scan *scanner) (*Journal, *Found, error) {
	found := &Found{created: head.created(), Written: head.created()}
	if err := found.count(scan); err != nil {
		return nil, nil, o.unreadable(err)
	}
	found.cut = scan.end - scan.at
	if found.cut > 0 {
		if err := f.Truncate(scan.at); err != nil {
			return nil, nil, diskError("removing the incomplete end of", o.Path, err)
		}
	}
	return o.newJournal(f, scan.seal, scan.at, scan.number), found, nil
}

// checkGroup0 reads group 0, which opens only with the right secret and identity. The
// time in the header can be trusted only then.
func (o *Options) checkGroup0(scan *scanner, head header) error {
	group, err := scan.next()
	switch {
	case err != nil:
		return o.unreadable(err)
	case group == nil && !head.belongsTo(o.Owner):
		return o.refuse(OtherOwner, head)
	case group == nil:
		return o.refuse(OtherRun, nil)
	case o.MaxAge > 0 && o.now().Sub(head.created()).Abs() > o.MaxAge: // Abs: a time far in the future means that a clock was changed
		return o.refuse(TooOld, head)
	}
	return nil
}

// count reads the remaining groups.
func (f *Found) count(scan *scanner) error {
	for {
		group, err := scan.next()
		if group == nil {
			return err
		}
		for _, err := range group.records() {
			if err != nil {
				return err
			}
			f.Records++
		}
		f.Written = group.written()
	}
}

func (o *Options) newJournal(f disk.Handle, seal *seal, end int64, number uint64) *Journal {
	return &Journal{
		path: o.Path, group: o.group, now: o.now, disk: o.Disk, seal: seal,
		file: f, replayEnd: end, end: end, number: number, pending: newContent(),
	}
}

func (o *Options) unreadable(err error) error {
	return diskError("reading", o.Path, err)
}

func (o *Options) refuse(state State, head header) error {
	refused := &StateError{State: state, path: o.Path}
	if head != nil {
		refused.created, refused.owner = head.created(), head.owner()
	}
	return refused
}

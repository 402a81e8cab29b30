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

// Found is what a journal holds that an earlier run has left.
type Found struct {
	Records int
	Created time.Time // when its first run began it
	Written time.Time // when its last group was written; Created if it has none
	// Cut is how many bytes after the last whole group were cut off: what a
	// kill has torn, or what follows damage. Their questions are asked again.
	Cut int64
}

// Open goes on with the journal at o.Path, or begins one; then Found is nil.
// A journal that cannot be gone on with is left as it is: the error is then a
// *StateError, and Fresh begins another one in its place. An error of the disk
// is a *disk.Error. The caller holds the output's Lock, so that no other run has
// the journal open.
func Open(o Options) (*Journal, *Found, error) {
	if err := o.complete(); err != nil {
		return nil, nil, err
	}
	head, err := o.look()
	if err != nil {
		return nil, nil, err
	}
	if head == nil {
		j, err := o.create()
		return j, nil, err
	}
	return o.resume(head)
}

// Fresh begins a journal at o.Path in place of the one that may be there. A
// file that is no journal at all is not replaced: the error is then a
// *StateError with Foreign. An error of the disk is a *disk.Error.
func Fresh(o Options) (*Journal, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	_, err := o.look()
	if refused, ok := errors.AsType[*StateError](err); ok && refused.State != Foreign {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return o.create()
}

// Resumable reports whether Open would resume the journal at o.Path, and changes
// nothing. It is false without an error where Open would begin one; the errors are
// those of Open.
func Resumable(o Options) (bool, error) {
	if err := o.complete(); err != nil {
		return false, err
	}
	head, err := o.look()
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

// labelLength is how many bytes of a journal's salt tell it from others.
const labelLength = 4

// Label returns eight hexadecimal digits that tell the journal at o.Path from others,
// whatever its identity; empty: there is no journal. The errors are those of Open.
func Label(o Options) (string, error) {
	if err := o.complete(); err != nil {
		return "", err
	}
	head, err := o.look()
	if head == nil {
		return "", err
	}
	return hex.EncodeToString(head[saltAt : saltAt+labelLength]), nil
}

// complete fills in what was left out.
func (o *Options) complete() error {
	if len(o.Secret) == 0 {
		return errors.New("opening the journal: no secret to seal it with")
	}
	if o.Group <= 0 {
		o.Group = defaultGroup
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Disk == nil {
		o.Disk = disk.Real()
	}
	return nil
}

// look reads the header at o.Path. It is nil where there is no file, or one
// whose run was stopped before it was made. The error is of Foreign, Newer or
// the disk.
func (o *Options) look() (header, error) {
	info, err := os.Lstat(o.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, o.unreadable(err)
	}
	if !info.Mode().IsRegular() {
		return nil, o.refuse(Foreign, nil)
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
	return o.tell(start[:length])
}

// tell judges a file by what it starts with.
func (o *Options) tell(start []byte) (header, error) {
	blank := len(bytes.Trim(start, "\x00")) == 0 // so a power cut may leave a new file
	switch {
	case blank:
		return nil, nil
	case !strings.HasPrefix(magic, string(start[:min(len(start), len(magic))])):
		return nil, o.refuse(Foreign, nil)
	case len(start) >= createdAt && header(start).version() > version:
		return nil, o.refuse(Newer, nil)
	case len(start) >= createdAt && header(start).version() < version:
		return nil, o.refuse(Foreign, nil)
	case len(start) < preamble:
		return nil, nil
	}
	return header(start[:headerLength]), nil
}

// create begins a journal. Whatever is there is removed first, not written
// over: its mode and its other names are not ours.
func (o *Options) create() (*Journal, error) {
	head := newHeader(o.Now())
	seal, err := newSeal(head, o.Secret, o.Identity)
	if err != nil {
		return nil, fmt.Errorf("beginning the journal: %w", err)
	}
	f, err := o.begin(head, seal)
	if err != nil {
		return nil, diskError("beginning", o.Path, err)
	}
	return o.journal(f, seal, int64(preamble), 1), nil
}

// begin makes the file with its header and group 0.
func (o *Options) begin(head header, seal *seal) (disk.Handle, error) {
	if err := removeFile(o.Disk, o.Path); err != nil {
		return nil, err
	}
	f, err := o.Disk.Open(o.Path, os.O_RDWR|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return nil, err
	}
	first := empty()
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

// open opens the journal that has this header, if it may be resumed. The scanner has
// read group 0.
func (o *Options) open(head header, how int) (disk.Handle, *scanner, error) {
	seal, err := newSeal(head, o.Secret, o.Identity)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the journal: %w", err)
	}
	f, err := o.Disk.Open(o.Path, how)
	if err != nil {
		return nil, nil, o.unreadable(err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		_ = f.Close()
		return nil, nil, o.unreadable(err)
	}
	scan := newScanner(f, seal, size)
	if err := o.admit(scan, head); err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return f, scan, nil
}

// resume goes on with the journal that has this header.
func (o *Options) resume(head header) (*Journal, *Found, error) {
	f, scan, err := o.open(head, os.O_RDWR)
	if err != nil {
		return nil, nil, err
	}
	j, found, err := o.survey(f, head, scan)
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return j, found, nil
}

// survey reads a journal to its last whole group and cuts off what follows.
func (o *Options) survey(f disk.Handle, head header, scan *scanner) (*Journal, *Found, error) {
	found := &Found{Created: head.created(), Written: head.created()}
	if err := found.count(scan); err != nil {
		return nil, nil, o.unreadable(err)
	}
	found.Cut = scan.end - scan.at
	if found.Cut > 0 {
		if err := f.Truncate(scan.at); err != nil {
			return nil, nil, diskError("cutting off the torn end of", o.Path, err)
		}
	}
	return o.journal(f, scan.seal, scan.at, scan.number), found, nil
}

// admit reads group 0, which only the right secret and identity open. The time
// of making is believed only then.
func (o *Options) admit(scan *scanner, head header) error {
	group, err := scan.next()
	switch {
	case err != nil:
		return o.unreadable(err)
	case group == nil:
		return o.refuse(OtherRun, nil)
	case o.MaxAge > 0 && o.Now().Sub(head.created()).Abs() > o.MaxAge: // a clock that was set back tells no age
		return o.refuse(TooOld, head)
	}
	return nil
}

// count reads the groups that are left.
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

func (o *Options) journal(f disk.Handle, seal *seal, end int64, number uint64) *Journal {
	return &Journal{
		path: o.Path, group: o.Group, now: o.Now, disk: o.Disk, seal: seal,
		found: end, file: f, end: end, number: number, pending: empty(),
	}
}

func (o *Options) unreadable(err error) error {
	return diskError("reading", o.Path, err)
}

func (o *Options) refuse(state State, head header) error {
	refused := &StateError{Path: o.Path, State: state}
	if head != nil {
		refused.Created = head.created()
	}
	return refused
}

package journal

import (
	"errors"
	"os"
	"testing"

	"loanmap/io/disk"
)

// FuzzOpen gives Open any file: it is refused or resumed. A record that
// is found is one that was added.
func FuzzOpen(f *testing.F) {
	whole, o := made(f, 8)
	f.Add(whole)
	f.Add(whole[:len(whole)-7])
	f.Add(append(whole[:preamble:preamble], 0xff, 0xff, 0xff, 0xff))
	f.Add(whole[:preamble-1])
	f.Add([]byte(magic))
	f.Add([]byte("ID\nL000212\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		own := o
		own.Path = t.TempDir() + "/out.csv.journal"
		put(t, own.Path, content)
		j, _, err := Open(own)
		if err != nil {
			if _, ok := errors.AsType[*StateError](err); !ok {
				t.Fatal(err)
			}
			wantSame(t, "file", content, contentOf(t, own.Path))
			return
		}
		got := len(recorded(t, j))
		wantSame(t, "records", ordinals(got), recorded(t, j))
		mustAdd(t, j, uint64(got))
		mustClose(t, j)
		wantJournal(t, own, ordinals(got+1))
	})
}

// FuzzRecords reads groups that no seal has vouched for. What is read of them
// can be written, in no more bytes, and read again.
func FuzzRecords(f *testing.F) {
	f.Add([]byte(newContent().add(Record{1 << 40, answer(1)}).add(Record{2, nil})))
	f.Add([]byte(append(newContent(), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)))
	f.Add([]byte(append(newContent(), 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)))
	f.Add([]byte(append(newContent(), 1, 5, 'x')))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if len(sealed) < stampLength {
			return // opens as none
		}
		read := rewritten(content(sealed))
		if len(read) > len(sealed) {
			t.Errorf("%d bytes were read as %d", len(sealed), len(read))
		}
		wantSame(t, "what is read again", read, rewritten(read))
	})
}

// rewritten writes the records of a group, up to the first that cannot be read.
func rewritten(group content) content {
	written := newContent()
	for record, err := range group.records() {
		if err == nil {
			written = written.add(record)
		}
	}
	return written
}

// Nor can one be that is too short: it is taken for torn.
func TestGroupWithoutTime(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	j, _ := mustOpen(t, o)
	mustAdd(t, j, 0, 1, 2)
	if err := j.append(content("x")); err != nil {
		t.Fatal(err)
	}
	kill(j)
	wantJournal(t, o, ordinals(3))
}

// A group that is ours and yet cannot be read is an error: nothing is cut off.
func TestGroupThatIsNotUnderstood(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{"\x80", "\x01", "\x01\x80", "\x01\x02x", "\x01\x05x", "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"} {
		o := optionsIn(t)
		j, _ := mustOpen(t, o)
		mustAdd(t, j, 0, 1, 2)
		if err := j.append(append(newContent(), odd...)); err != nil {
			t.Fatal(err)
		}
		kill(j)
		before := contentOf(t, o.Path)
		_, _, err := Open(o)
		if _, ok := errors.AsType[*disk.Error](err); !ok {
			t.Errorf("%q: %v", odd, err)
		}
		wantSame(t, "file", before, contentOf(t, o.Path))
		os.Remove(o.Path)
	}
}

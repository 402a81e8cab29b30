package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"loanmap/io/disk"
)

// parts takes a journal's file apart: the header, then each group.
func parts(t testing.TB, whole []byte) [][]byte {
	t.Helper()
	list := [][]byte{whole[:headerLength]}
	for rest := whole[headerLength:]; len(rest) > 0; {
		length := lengthLength + int(binary.BigEndian.Uint32(rest))
		list = append(list, rest[:length])
		rest = rest[length:]
	}
	return list
}

// wholeGroups is how many groups with records lie before an offset.
func wholeGroups(t testing.TB, whole []byte, offset int) int {
	count, at := -2, 0 // the header and group 0
	for _, part := range parts(t, whole) {
		if at += len(part); at > offset {
			break
		}
		count++
	}
	return max(count, 0)
}

func TestTornAtAnyByte(t *testing.T) {
	t.Parallel()
	whole, o := made(t, 12)
	for cut := range len(whole) {
		put(t, o.Path, whole[:cut])
		kept := 3 * wholeGroups(t, whole, cut)
		j, found := mustOpen(t, o)
		wantSame(t, fmt.Sprintf("records with %d bytes", cut), ordinals(kept), recorded(t, j))
		if cut < preamble {
			if found != nil {
				t.Fatalf("%d bytes: found %+v", cut, found)
			}
		} else if after := len(contentOf(t, o.Path)); int(found.cut) != cut-after || found.Records != kept {
			t.Fatalf("%d bytes, %d of them left: found %+v", cut, after, found)
		}
		mustAdd(t, j, uint64(kept))
		mustClose(t, j)
		wantJournal(t, o, ordinals(kept+1))
	}
}

func TestGarbageAtTheEnd(t *testing.T) {
	t.Parallel()
	whole, o := made(t, 6)
	group := parts(t, whole)[2]
	for name, garbage := range map[string][]byte{
		"zeros": make([]byte, 5000), "a long length": {0xff, 0xff, 0xff, 0xff, 1}, "no length": {0, 0, 0, 0, 0, 0, 0, 0},
		"the start of a group": group[:20], "a group of zeros": append(bytes.Clone(group[:4]), make([]byte, len(group)-4)...),
	} {
		put(t, o.Path, whole, garbage)
		found := wantJournal(t, o, ordinals(6))
		wantSame(t, "cut off of "+name, int64(len(garbage)), found.cut)
		wantSame(t, "file after "+name, whole, contentOf(t, o.Path))
	}
}

// A flipped bit ends what is read at its group; in the header it refuses the file.
func TestAnyBitFlipped(t *testing.T) {
	t.Parallel()
	whole, o := made(t, 6)
	for at := range whole {
		for bit := range 8 {
			damaged := bytes.Clone(whole)
			damaged[at] ^= 1 << bit
			put(t, o.Path, damaged)
			if at >= preamble {
				wantJournal(t, o, ordinals(3*wholeGroups(t, whole, at)))
				continue
			}
			_, _, err := Open(o)
			state := OtherRun
			switch {
			case at < versionAt, at < createdAt && damaged[createdAt-1] == 0:
				state = foreign
			case at < createdAt:
				state = newer
			case at >= ownerAt && at < headerLength && header(damaged).owner() != "":
				state = OtherOwner
			}
			wantState(t, state, err)
			wantSame(t, "file", damaged, contentOf(t, o.Path))
		}
	}
}

// Of all ways to put three groups together only those that begin as it was
// written are read, and no further.
func TestGroupsOutOfPlace(t *testing.T) {
	t.Parallel()
	whole, o := made(t, 9)
	written := parts(t, whole)
	head, groups := append(bytes.Clone(written[0]), written[1]...), written[2:]
	for arrangement := range 4 * 4 * 4 {
		chosen := []int{arrangement / 16, arrangement / 4 % 4, arrangement % 4} // 3 means no group
		file := bytes.Clone(head)
		inPlace, place := 0, 0
		for _, group := range chosen {
			if group == 3 {
				continue
			}
			file = append(file, groups[group]...)
			if group == place && inPlace == place {
				inPlace++
			}
			place++
		}
		put(t, o.Path, file)
		wantJournal(t, o, ordinals(3*inPlace))
	}
}

func TestGroupsOfAnotherFile(t *testing.T) {
	t.Parallel()
	first, o := made(t, 6)
	second, _ := made(t, 6)
	ours, theirs := parts(t, first), parts(t, second)
	put(t, o.Path, ours[0], ours[1], ours[2], theirs[3])
	wantJournal(t, o, ordinals(3))
	put(t, o.Path, ours[0], theirs[1], ours[2], ours[3])
	_, _, err := Open(o)
	wantState(t, OtherRun, err)
	put(t, o.Path, ours[0], ours[2], ours[1])
	_, _, err = Open(o)
	wantState(t, OtherRun, err)
}

// refusals are journals that Open does not resume: change makes the journal such a one.
var refusals = map[string]struct {
	change func(t *testing.T, o *Options)
	want   State
}{
	"another secret":   {func(_ *testing.T, o *Options) { o.Secret = []byte("kv2_other") }, OtherRun},
	"another identity": {func(_ *testing.T, o *Options) { o.Identity[31]++ }, OtherRun},
	"another owner":    {func(_ *testing.T, o *Options) { o.Owner, o.Secret = "tenant 2", []byte("kv2_other") }, OtherOwner},
	"too old":          {func(_ *testing.T, o *Options) { o.MaxAge, o.now = time.Hour, at(noon.Add(time.Hour+time.Second)) }, TooOld},
	"of tomorrow":      {func(_ *testing.T, o *Options) { o.MaxAge, o.now = time.Hour, at(noon.Add(-2*time.Hour)) }, TooOld},
	"a newer version":  {func(t *testing.T, o *Options) { overwrite(t, o.Path, versionAt, 0, 0, 0, version+1) }, newer},
	"a much newer one": {func(t *testing.T, o *Options) {
		put(t, o.Path, []byte(magic), []byte{0, 0, 1, 0}) // of which we know no more than this
	}, newer},
	"version 0":     {func(t *testing.T, o *Options) { overwrite(t, o.Path, versionAt, 0, 0, 0, 0) }, foreign},
	"another magic": {func(t *testing.T, o *Options) { overwrite(t, o.Path, 3, 'X') }, foreign},
	"a short text":  {func(t *testing.T, o *Options) { put(t, o.Path, []byte("ID\n")) }, foreign},
	"a long text":   {func(t *testing.T, o *Options) { put(t, o.Path, bytes.Repeat([]byte("L000212\n"), 100)) }, foreign},
	"a folder": {func(t *testing.T, o *Options) {
		o.Path = filepath.Join(filepath.Dir(o.Path), "folder")
		if err := os.Mkdir(o.Path, 0o700); err != nil {
			t.Fatal(err)
		}
	}, foreign},
	"a link": {func(t *testing.T, o *Options) {
		link := o.Path + ".link"
		if err := os.Symlink(o.Path, link); err != nil {
			t.Skip(err)
		}
		o.Path = link
	}, foreign},
}

func overwrite(t testing.TB, path string, at int, with ...byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(with, int64(at)); err != nil {
		t.Fatal(err)
	}
}

// A journal that cannot be resumed is left as it is, until Fresh replaces it.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, o := made(t, 6)
			c.change(t, &o)
			before, _ := os.ReadFile(o.Path)
			j, found, err := Open(o)
			wantState(t, c.want, err)
			if j != nil || found != nil {
				t.Errorf("with the error come %v, %v", j, found)
			}
			after, _ := os.ReadFile(o.Path)
			wantSame(t, "file", before, after)

			fresh, err := Fresh(o)
			if c.want == foreign {
				wantState(t, foreign, err)
				after, _ := os.ReadFile(o.Path)
				wantSame(t, "file", before, after)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			mustAdd(t, fresh, 0)
			mustClose(t, fresh)
			wantJournal(t, o, ordinals(1))
		})
	}
}

func TestFreshWhereNothingOrOursIs(t *testing.T) {
	t.Parallel()
	whole, o := made(t, 6)
	for _, before := range [][]byte{nil, {}, make([]byte, 200), whole[:5], whole[:preamble-1], whole} {
		if os.Remove(o.Path); before != nil {
			put(t, o.Path, before)
		}
		j, err := Fresh(o)
		if err != nil {
			t.Fatal(err)
		}
		mustClose(t, j)
		wantJournal(t, o, ordinals(0))
	}
}

func TestYoungEnough(t *testing.T) {
	t.Parallel()
	_, o := made(t, 6)
	for _, since := range []time.Duration{0, time.Hour, -time.Hour} {
		o.MaxAge, o.now = time.Hour, at(noon.Add(since))
		wantJournal(t, o, ordinals(6))
	}
	o.MaxAge, o.now = 0, at(noon.AddDate(10, 0, 0))
	wantJournal(t, o, ordinals(6))
}

// A length that was damaged must not be believed, nor a file held whole.
func TestMemoryIsBounded(t *testing.T) {
	whole, o := made(t, 6)
	put(t, o.Path, whole, []byte{0xff, 0xff, 0xff, 0xf0})
	if err := os.Truncate(o.Path, 5<<30); err != nil { // a file with a hole takes no room
		t.Skip(err)
	}
	wantAllocated(t, 1<<20, func() { wantJournal(t, o, ordinals(6)) })

	const long = 16
	j, _ := mustOpen(t, o)
	for i := range long {
		if err := j.Add(uint64(i), make([]byte, maxAnswer)); err != nil {
			t.Fatal(err)
		}
	}
	mustClose(t, j)
	wantAllocated(t, 3*maxSealed, func() {
		again, found := mustOpen(t, o)
		wantSame(t, "records", 6+long, found.Records)
		for range again.Replay() {
			continue
		}
	})
}

func wantAllocated(t testing.TB, most uint64, during func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	during()
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > most {
		t.Errorf("it took %d bytes, want at most %d", got, most)
	}
}

// What has changed behind the run's back is an error, not a shorter list.
func TestRecordsThatChange(t *testing.T) {
	t.Parallel()
	whole, o := made(t, 6)
	j, _ := mustOpen(t, o)
	overwrite(t, o.Path, len(whole)-1, whole[len(whole)-1]+1)
	count, last := 0, error(nil)
	for _, err := range j.Replay() {
		if last = err; err == nil {
			count++
		}
	}
	if _, ok := errors.AsType[*disk.Error](last); !ok || count != 3 {
		t.Errorf("after %d records: %v", count, last)
	}
}

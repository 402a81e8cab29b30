package journal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loanmap/io/disk"
)

func TestRunResumes(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	first, found := mustOpen(t, o)
	if found != nil {
		t.Errorf("found %+v before there was anything", found)
	}
	wantSame(t, "records of a new journal", ordinals(0), recorded(t, first))
	mustAdd(t, first, 0, 1, 2, 3)
	mustClose(t, first)

	o.now = at(noon.Add(time.Hour))
	second, found := mustOpen(t, o)
	wantSame(t, "found", &Found{Records: 4, created: noon.Local(), Written: noon.Local()}, found)
	mustAdd(t, second, 4)
	if err := second.Flush(); err != nil {
		t.Fatal(err)
	}
	wantSame(t, "records after an Add", ordinals(4), recorded(t, second))
	mustClose(t, second)

	found = wantJournal(t, o, ordinals(5))
	wantSame(t, "found", &Found{Records: 5, created: noon.Local(), Written: noon.Add(time.Hour).Local()}, found)
}

// This is the bound: a kill costs what the last group still waits for.
func TestKillCostsLessThanAGroup(t *testing.T) {
	t.Parallel()
	for added, kept := range []int{0, 0, 0, 3, 3, 3, 6, 6} {
		o := optionsIn(t)
		j, _ := mustOpen(t, o)
		mustAdd(t, j, ordinals(added)...)
		kill(j)
		wantJournal(t, o, ordinals(kept))
	}
}

func TestFlushKeepsAll(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	j, _ := mustOpen(t, o)
	mustAdd(t, j, 0, 1, 2, 3)
	size := len(contentOf(t, o.Path))
	for range 2 {
		if err := j.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	kill(j)
	wantJournal(t, o, ordinals(4))
	added := lengthLength + sealing + len(newContent().add(Record{3, answer(3)}))
	wantSame(t, "size with one group more", size+added, len(contentOf(t, o.Path)))
}

func TestAnswersOfAnySize(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	o.group = 1000
	j, _ := mustOpen(t, o)
	sizes := []int{0, 1, 127, 128, fullGroup - 1000, maxAnswer, maxAnswer - 1, 5}
	for i, size := range sizes {
		if err := j.Add(1<<63+uint64(i), bytes.Repeat([]byte{byte(i)}, size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Add(7, make([]byte, maxAnswer+1)); err == nil {
		t.Error("an answer that is too long was taken")
	}
	mustClose(t, j)
	again, _ := mustOpen(t, o)
	next := 0
	for record, err := range again.Replay() {
		if err != nil {
			t.Fatal(err)
		}
		if record.Ordinal != 1<<63+uint64(next) || !bytes.Equal(record.Answer, bytes.Repeat([]byte{byte(next)}, sizes[next])) {
			t.Errorf("record %d is %d with %d bytes", next, record.Ordinal, len(record.Answer))
		}
		next++
	}
	wantSame(t, "records", len(sizes), next)
}

// A group that grows without end would be lost, and held in memory, as a whole.
func TestLongAnswersFillAGroupEarly(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	o.group = 1000
	j, _ := mustOpen(t, o)
	for i := range 3 {
		if err := j.Add(uint64(i), make([]byte, fullGroup/2)); err != nil {
			t.Fatal(err)
		}
	}
	kill(j)
	_, found := mustOpen(t, o)
	wantSame(t, "records kept", 2, found.Records)
}

func TestRecordsMayBeLeftEarly(t *testing.T) {
	t.Parallel()
	_, o := made(t, 7)
	j, _ := mustOpen(t, o)
	for record := range j.Replay() {
		if record.Ordinal == 4 {
			break
		}
	}
	wantSame(t, "records", ordinals(7), recorded(t, j))
}

func TestAfterTheEnd(t *testing.T) {
	t.Parallel()
	ends := map[string]func(*Journal) error{"Close": (*Journal).Close, "Remove": (*Journal).Remove}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, o := made(t, 7)
			j, _ := mustOpen(t, o)
			for range 2 {
				if err := end(j); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(j.Add(1, nil), j.Flush()); !errors.Is(err, errClosed) {
				t.Errorf("adding: %v", err)
			}
			if err := j.Close(); err != nil {
				t.Errorf("closing again: %v", err)
			}
			for _, err := range j.Replay() {
				if _, ok := errors.AsType[*disk.Error](err); !ok {
					t.Errorf("reading: %v", err)
				}
			}
		})
	}
}

func TestRemoveLeavesNothing(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	j, _ := mustOpen(t, o)
	mustAdd(t, j, 0, 1, 2, 3)
	if err := j.Remove(); err != nil {
		t.Fatal(err)
	}
	wantSame(t, "files", []string{}, namesIn(t, o.Path))
	wantJournal(t, o, ordinals(0))
}

// What workers settle at once is all there, each with its own answer.
func TestSeveralAddAtOnce(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	j, _ := mustOpen(t, o)
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			for i := range 25 {
				ordinal := uint64(25*worker + i)
				if err := errors.Join(j.Add(ordinal, answer(ordinal)), j.Flush()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	mustClose(t, j)
	again, _ := mustOpen(t, o)
	wantSame(t, "records", ordinals(100), slices.Sorted(slices.Values(recorded(t, again))))
}

func TestFileShowsNoContent(t *testing.T) {
	t.Parallel()
	whole, o := made(t, 100)
	for what, secret := range map[string][]byte{
		"an answer": []byte(canary), "the secret": []byte(secret), "the identity": o.Identity[:],
	} {
		if bytes.Contains(whole, secret) || bytes.Contains(whole, secret[:3]) {
			t.Errorf("%s is in the file", what)
		}
	}
	wantSame(t, "files", []string{filepath.Base(o.Path)}, namesIn(t, o.Path))
}

// Equal answers under equal numbers must not look equal: that would show which answers
// are equal, and a nonce that is used twice reveals the key.
func TestNoncesAndSaltsDiffer(t *testing.T) {
	t.Parallel()
	head := newHeader(noon, "")
	seal, err := newSeal(head, []byte(secret), Identity{})
	if err != nil {
		t.Fatal(err)
	}
	group := newContent().add(Record{1, answer(1)})
	first, second := seal.frame(nil, 1, group), seal.frame(nil, 1, group)
	if bytes.Equal(first[lengthLength:lengthLength+12], second[lengthLength:lengthLength+12]) {
		t.Error("the nonce is the same")
	}
	if bytes.Equal(head[saltAt:], newHeader(noon, "")[saltAt:]) {
		t.Error("the salt is the same")
	}
}

func TestFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	whole, o := made(t, 3)
	for name, start := range map[string]func() error{
		"new":      func() error { return os.Remove(o.Path) },
		"replaced": func() error { return os.Chmod(o.Path, 0o644) },
		"blank":    func() error { return errors.Join(os.Truncate(o.Path, 0), os.Chmod(o.Path, 0o644)) },
	} {
		put(t, o.Path, whole)
		if err := start(); err != nil {
			t.Fatal(err)
		}
		open := Fresh
		if name != "replaced" {
			open = func(o Options) (*Journal, error) { j, _, err := Open(o); return j, err }
		}
		j, err := open(o)
		if err != nil {
			t.Fatal(err)
		}
		stat, err := os.Stat(o.Path)
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, "mode of "+name, os.FileMode(0o600), stat.Mode())
		mustClose(t, j)
	}
}

func TestOptionsLeftOut(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	if _, _, err := Open(Options{Path: o.Path}); err == nil || !strings.Contains(err.Error(), "no secret") {
		t.Errorf("Open without a secret: %v", err)
	}
	if _, err := Fresh(Options{Path: o.Path}); err == nil || !strings.Contains(err.Error(), "no secret") {
		t.Errorf("Fresh without a secret: %v", err)
	}
	wantSame(t, "files", []string{}, namesIn(t, o.Path))

	plain := Options{Path: o.Path, Secret: o.Secret}
	j, _ := mustOpen(t, plain)
	mustAdd(t, j, ordinals(2*defaultGroup-1)...)
	kill(j)
	wantJournal(t, plain, ordinals(defaultGroup))
}

// However adding, flushing, closing and being killed follow each other, what
// is found is what was added, up to a group that was not full; and what was
// flushed is there.
func TestAnyLife(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	rapid.Check(t, func(r *rapid.T) {
		os.Remove(o.Path)
		o.group = rapid.IntRange(1, 5).Draw(r, "group")
		j, _ := mustOpen(t, o)
		added, durable := 0, 0
		reopen := func() {
			j, _ = mustOpen(t, o)
			got := recorded(t, j)
			if len(got) < durable || len(got) > added {
				r.Fatalf("%d records, of %d added and %d durable", len(got), added, durable)
			}
			wantSame(t, "records", ordinals(len(got)), got)
			added, durable = len(got), len(got)
		}
		waiting := func() int { return added - durable }
		r.Repeat(map[string]func(*rapid.T){
			"add": func(*rapid.T) {
				mustAdd(t, j, uint64(added))
				added++
				if waiting() == o.group {
					durable = added
				}
			},
			"flush": func(r *rapid.T) {
				if err := j.Flush(); err != nil {
					r.Fatal(err)
				}
				durable = added
			},
			"close": func(*rapid.T) {
				mustClose(t, j)
				durable = added
				reopen()
			},
			"kill": func(*rapid.T) {
				kill(j)
				reopen()
			},
			"kill while writing": func(r *rapid.T) {
				kill(j)
				torn := rapid.SliceOfN(rapid.Byte(), 1, 60).Draw(r, "torn")
				put(t, o.Path, contentOf(t, o.Path), torn)
				reopen()
			},
		})
		kill(j)
	})
}

package lookup

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// numbers is a tenant whose records are their places. Each answer takes its time.
type numbers struct {
	latency time.Duration
	gap     time.Duration // between two requests

	mu      sync.Mutex
	failing error
	read    []int // where blocks began, in the order in which they were read
}

func (n *numbers) reads() []int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.read)
}

func (n *numbers) fail(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.failing = err
}

func (n *numbers) answer(ctx context.Context, from, to int) ([]int, error) {
	n.mu.Lock()
	n.read = append(n.read, from)
	failing := n.failing
	n.mu.Unlock()
	select {
	case <-time.After(max(n.latency, n.gap)):
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if failing != nil {
		return nil, failing
	}
	var places []int
	for place := from; place < to; place++ {
		places = append(places, place)
	}
	return places, nil
}

// A person who decides a card in a third of a second waits for the first one only, at 5
// requests a second that take 100 ms each.
func TestOnlyTheFirstLookWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const cards = 500
		tenant := &numbers{latency: 100 * time.Millisecond, gap: 200 * time.Millisecond}
		a := NewAhead(t.Context(), cards, 10, 0, tenant.answer)
		defer a.Close()
		for place := range cards {
			before := time.Now()
			got, err := a.At(t.Context(), place)
			if err != nil || got != place {
				t.Fatalf("place %d: %d, %v", place, got, err)
			}
			if waited := time.Since(before); place > 0 && waited > 0 {
				t.Errorf("place %d waits %s", place, waited)
			}
			time.Sleep(300 * time.Millisecond)
		}
		if a.Waits() != 1 || len(tenant.reads()) != 50 {
			t.Errorf("%d waits, %d requests", a.Waits(), len(tenant.reads()))
		}
	})
}

// What is read next follows the person, and what is farthest is forgotten first.
func TestReadingFollowsThePerson(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := &numbers{latency: time.Second}
		a := NewAhead(t.Context(), 10*maxBlocks, 1, 7, tenant.answer)
		defer a.Close()
		time.Sleep(2500 * time.Millisecond) // 7 and 8 are read, and 9 is under way
		if got, err := a.At(t.Context(), 1500); got != 1500 || err != nil {
			t.Fatal(got, err)
		}
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()
		if want := []int{7, 8, 9, 1500, 1501, 1502}; !slices.Equal(tenant.reads(), want) {
			t.Errorf("read %v, not %v", tenant.reads(), want)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		a.mu.Lock()
		held, last := len(a.blocks), a.blocks[1500+maxBlocks-1]
		a.mu.Unlock()
		if held > maxBlocks+1 || last == nil {
			t.Errorf("%d blocks are held", held)
		}
		if reads := len(tenant.reads()); reads > maxBlocks+5 {
			t.Errorf("%d blocks were read for %d", reads, maxBlocks)
		}
	})
}

// After a failure the next look tries again, and nothing else does.
func TestFailedBlocksAreReadAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("gone")
		tenant := &numbers{latency: time.Second, failing: gone}
		a := NewAhead(t.Context(), 30, 10, 0, tenant.answer)
		defer a.Close()
		if _, err := a.At(t.Context(), 3); !errors.Is(err, gone) {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(tenant.reads()) != 1 {
			t.Errorf("without a look %d requests were sent", len(tenant.reads()))
		}
		tenant.fail(nil)
		if got, err := a.At(t.Context(), 3); got != 3 || err != nil {
			t.Error(got, err)
		}
		impatient, cancel := context.WithTimeoutCause(t.Context(), 10*time.Millisecond, errors.New("enough"))
		defer cancel()
		a.Forget(4)
		if _, err := a.At(impatient, 4); err == nil || err.Error() != "enough" {
			t.Errorf("a look does not end with its context: %v", err)
		}
		if got, err := a.At(t.Context(), 4); got != 4 || err != nil {
			t.Error(got, err)
		}
	})
}

package lookup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// upTo yields 0 to n-1, then err if there is one.
func upTo(n int, err error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		if err != nil {
			yield(0, err)
		}
	}
}

func collect(seq iter.Seq2[int, error]) (got []int, err error) {
	for value, e := range seq {
		if e != nil {
			return got, e
		}
		got = append(got, value)
	}
	return got, nil
}

func TestOrderedKeepsOrderAndBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(rt, "n")
		workers := rapid.IntRange(1, 8).Draw(rt, "workers")
		window := rapid.IntRange(1, 20).Draw(rt, "window")
		synctest.Test(t, func(t *testing.T) {
			var live, started, yielded atomic.Int64
			work := func(_ context.Context, i int) (int, error) {
				if now := live.Add(1); now > int64(workers) {
					t.Errorf("%d at once with %d workers", now, workers)
				}
				if ahead := started.Add(1) - yielded.Load(); ahead > int64(window+workers+1) {
					t.Errorf("%d values ahead of what was yielded, window %d", ahead, window)
				}
				time.Sleep(rand.N(time.Second))
				live.Add(-1)
				return i * 2, nil
			}
			want := 0
			for got, err := range ordered(t.Context(), upTo(n, nil), workers, window, work) {
				if err != nil || got != want*2 {
					t.Fatalf("value %d: got %d, %v", want, got, err)
				}
				want++
				synctest.Wait()
				yielded.Add(1)
			}
			if want != n {
				t.Errorf("%d of %d values", want, n)
			}
		})
	})
}

// Every goroutine must have ended with the sequence: synctest fails a test
// that leaves one behind.
func TestOrderedEnds(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	sleepy := func(ctx context.Context, i int) (int, error) {
		select {
		case <-time.After(time.Duration(100-i) * time.Millisecond):
			return i, nil
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
	t.Run("when the input fails", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			if _, err := collect(ordered(t.Context(), upTo(50, broken), 4, 8, sleepy)); !errors.Is(err, broken) {
				t.Errorf("got %v", err)
			}
		})
	})
	t.Run("when a worker fails, at once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			work := func(ctx context.Context, i int) (int, error) {
				switch i {
				case 0:
					return sleepy(ctx, -1e6) // a quarter of an hour
				case 3:
					return 0, fmt.Errorf("value 3: %w", broken)
				}
				return i, nil
			}
			_, err := collect(ordered(t.Context(), upTo(50, nil), 4, 8, work))
			if !errors.Is(err, broken) || time.Since(begin) > 0 {
				t.Errorf("got %v after %v", err, time.Since(begin))
			}
		})
	})
	t.Run("when the context ends, with its cause", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(250*time.Millisecond, func() { cancel(broken) })
			got, err := collect(ordered(ctx, upTo(1e6, nil), 4, 8, func(ctx context.Context, _ int) (int, error) { return sleepy(ctx, 0) }))
			if !errors.Is(err, broken) || len(got) != 8 {
				t.Errorf("got %d values, %v", len(got), err)
			}
		})
	})
	t.Run("when the context has ended before", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(broken)
			if _, err := collect(ordered(ctx, upTo(3, nil), 1, 1, sleepy)); !errors.Is(err, broken) {
				t.Errorf("got %v", err)
			}
		})
	})
	t.Run("when the consumer stops", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			for got, err := range ordered(t.Context(), upTo(1e6, nil), 4, 8, sleepy) {
				if err != nil {
					t.Fatal(err)
				}
				if got == 10 {
					break
				}
			}
		})
	})
}

package lookup

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Ahead reads what a person looks at next while the person looks at something else, so
// that only the first look waits. What it reads is in blocks of consecutive places.
type Ahead[T any] struct {
	read  func(ctx context.Context, from, to int) ([]T, error)
	size  int // places in a block
	total int // places
	wake  chan struct{}
	ended sync.WaitGroup
	stop  context.CancelFunc

	mu     sync.Mutex
	at     int // the block that was looked at last
	blocks map[int]*block[T]
	waits  int
}

// block is what is known of a block; its places are nil until they are read.
type block[T any] struct {
	places []T
	err    error         // why they are not read; the next look tries again
	done   chan struct{} // closed when places or err are known
}

const (
	// maxBlocks is how many blocks are held at once. The one farthest from the person is
	// forgotten first.
	maxBlocks = 200
	// blockTimeout is how long one block may take, with the probe and all retries.
	blockTimeout = 2 * time.Minute
)

// NewAhead begins to read total places in blocks of size, that of the place first before the
// others. read returns the values of the places from up to, but not including, to. Close
// ends the reading.
func NewAhead[T any](ctx context.Context, total, size, first int, read func(ctx context.Context, from, to int) ([]T, error)) *Ahead[T] {
	ctx, stop := context.WithCancel(ctx)
	a := &Ahead[T]{read: read, size: size, total: total, at: first / size, stop: stop, wake: make(chan struct{}, 1), blocks: map[int]*block[T]{}}
	a.ended.Go(func() { a.readAll(ctx) })
	return a
}

// Close ends the reading and waits for its end.
func (a *Ahead[T]) Close() {
	a.stop()
	a.ended.Wait()
}

// Waits returns how many looks found their place not yet read.
func (a *Ahead[T]) Waits() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.waits
}

// At returns the value of a place. If it is not read yet, At waits until it is, or until
// ctx ends: then it returns the cause. After an error the next look tries again.
func (a *Ahead[T]) At(ctx context.Context, place int) (T, error) {
	b := a.look(place)
	var none T
	select {
	case <-b.done:
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
	if b.err != nil {
		return none, b.err
	}
	return b.places[place%a.size], nil
}

// look notes where the person is, and returns the block of the place.
func (a *Ahead[T]) look(place int) *block[T] {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = place / a.size
	b := a.blocks[a.at]
	if b == nil || b.failed() {
		b = &block[T]{done: make(chan struct{})}
		a.blocks[a.at] = b
	}
	if !b.known() {
		a.waits++
	}
	select {
	case a.wake <- struct{}{}:
	default:
	}
	return b
}

// Forget has the block of a place read once more at the next look.
func (a *Ahead[T]) Forget(place int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b := a.blocks[place/a.size]; b != nil && b.known() {
		delete(a.blocks, place/a.size)
	}
}

func (b *block[T]) known() bool {
	select {
	case <-b.done:
		return true
	default:
		return false
	}
}

func (b *block[T]) failed() bool { return b.known() && b.err != nil }

// readAll reads block after block until ctx ends.
func (a *Ahead[T]) readAll(ctx context.Context) {
	for ctx.Err() == nil {
		number, b := a.next()
		if b == nil {
			select {
			case <-a.wake:
			case <-ctx.Done():
			}
			continue
		}
		b.places, b.err = a.readBlock(ctx, number)
		close(b.done)
	}
}

// next returns the block to read: the first one from where the person is that is not
// read. After an error it returns only the one that the person waits for. Nil: nothing is to
// be read.
func (a *Ahead[T]) next() (int, *block[T]) {
	a.mu.Lock()
	defer a.mu.Unlock()
	count := (a.total + a.size - 1) / a.size
	for i := range min(count, maxBlocks) {
		number := (a.at + i) % count
		b := a.blocks[number]
		switch {
		case b == nil:
			b = &block[T]{done: make(chan struct{})}
			a.blocks[number] = b
			a.evict(count)
			return number, b
		case b.failed():
			return 0, nil
		case !b.known():
			return number, b
		}
	}
	return 0, nil
}

// evict forgets the block farthest ahead of the person, if there are too many.
func (a *Ahead[T]) evict(count int) {
	farthest, distance := -1, -1
	for number, b := range a.blocks {
		if ahead := (number - a.at + count) % count; ahead > distance && b.known() {
			farthest, distance = number, ahead
		}
	}
	if len(a.blocks) > maxBlocks && farthest >= 0 {
		delete(a.blocks, farthest)
	}
}

func (a *Ahead[T]) readBlock(ctx context.Context, number int) ([]T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, blockTimeout, fmt.Errorf("LoanPro has not answered for %s", blockTimeout))
	defer cancel()
	from := number * a.size
	return a.read(ctx, from, min(from+a.size, a.total))
}

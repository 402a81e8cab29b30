package lookup

import (
	"context"
	"iter"

	"golang.org/x/sync/errgroup"
)

// ordered works on the values of in, workers at a time, and yields the results
// in the order of in, at most window of them ahead of what was yielded. The
// first error, of in or of work, stops everything and is yielded once, last.
// It is the one place of a run that starts goroutines, and all of them
// have ended when the sequence has.
func ordered[In, Out any](
	ctx context.Context, in iter.Seq2[In, error], workers, window int,
	work func(context.Context, In) (Out, error),
) iter.Seq2[Out, error] {
	return func(yield func(Out, error) bool) {
		ctx, leave := context.WithCancel(ctx)
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(workers + 1) // the feeder is one of them
		slots := make(chan chan Out, window)
		group.Go(func() error {
			defer close(slots)
			return feed(ctx, in, group, slots, work)
		})
		wanted := drain(ctx, slots, yield)
		err := context.Cause(ctx)
		leave()
		if failed := group.Wait(); failed != nil {
			err = failed
		}
		if wanted && err != nil {
			var none Out
			yield(none, err)
		}
	}
}

// feed gives every value of in a slot, in order, and a worker that fills it.
func feed[In, Out any](
	ctx context.Context, in iter.Seq2[In, error], group *errgroup.Group, slots chan<- chan Out,
	work func(context.Context, In) (Out, error),
) error {
	for value, err := range in {
		if err != nil {
			return err
		}
		slot := make(chan Out, 1)
		select {
		case slots <- slot:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		group.Go(func() error {
			result, err := work(ctx, value)
			if err == nil {
				slot <- result
			}
			return err
		})
	}
	return nil
}

// drain yields what the slots hold, in order, until there are no more or ctx
// ends. It reports whether more is wanted.
func drain[Out any](ctx context.Context, slots <-chan chan Out, yield func(Out, error) bool) bool {
	for slot := range slots {
		select {
		case result := <-slot:
			if !yield(result, nil) {
				return false
			}
		case <-ctx.Done():
			return true
		}
	}
	return true
}

package pace

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	defaultPatience = 3 * time.Minute
	// attention is the longest sleep before a run looks again: a person may end a
	// pause early, and the run is seen to be there.
	attention = time.Second
	// Attempts to reach the server are this far apart, with full jitter.
	firstAttempt = 100 * time.Millisecond // mean
	lastAttempt  = time.Second
	// unknown is how fast a server answers that has not answered yet.
	unknown = time.Duration(math.MaxInt64 / 2)
)

// Shared is the pace of all processes that ask one tenant. It is safe for concurrent
// use.
type Shared struct {
	*Server
	config Config
	name   string // of this run
	log    *slog.Logger
	now    func() time.Time // tests set it wrong

	turn    chan struct{} // held while waiting for a slot; it guards what follows
	left    time.Time     // when the last request left
	fastest time.Duration // that the server has answered lately

	mu       sync.Mutex
	owed     []refusal // refusals that the server has not been told of
	answered time.Time // the last success
	paused   time.Time // no request leaves earlier
	byPerson bool      // a person has asked for the pause
	lostAt   time.Time // since when the server does not answer; zero: it does
	worked   bool      // it has ever answered
	waits    backoff.BackOff
}

// Share returns the pace that config says. It sends nothing before the first request.
func Share(config Config) (*Shared, error) {
	server, err := Connect(config)
	if err != nil {
		return nil, err
	}
	s := &Shared{
		Server: server, config: config, now: time.Now, turn: make(chan struct{}, 1), fastest: unknown, log: cmp.Or(config.Log, slog.New(slog.DiscardHandler)),
		waits: &backoff.ExponentialBackOff{
			InitialInterval: firstAttempt, Multiplier: 2, MaxInterval: lastAttempt, RandomizationFactor: 1,
		},
	}
	s.config.Patience = cmp.Or(config.Patience, defaultPatience)
	if !config.Guest {
		s.name = newName()
	}
	return s, nil
}

// newName returns a name for this run. It tells processes of one machine apart for a
// person who looks for one, and holds no name of a machine, since many are called
// after people. The random part is for processes with one number on several machines.
func newName() string {
	random := make([]byte, 4)
	_, _ = rand.Read(random) // never fails
	return fmt.Sprintf("%d-%s", os.Getpid(), hex.EncodeToString(random))
}

// Name returns the name by which [Server.State] lists this run; empty for a guest.
func (s *Shared) Name() string { return s.name }

// Ceiling returns the most requests per second that this run may send.
func (s *Shared) Ceiling() float64 { return s.config.Rate }

// Close leaves the runs that share the pace, if the server answers, and closes the
// connections.
func (s *Shared) Close() {
	s.mu.Lock()
	there := s.worked && s.lostAt.IsZero()
	s.mu.Unlock()
	if there && s.name != "" {
		ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
		defer cancel()
		_, _ = s.run(ctx, "leave", s.name, 0) // otherwise it is forgotten after a while
	}
	s.Server.Close()
}

func (s *Shared) since(t time.Time) time.Duration { return s.now().Sub(t) }

// slot is a moment that the server has reserved for a request of this run.
type slot struct{ at, opened int64 }

// Wait returns when the next request may leave. It reserves a slot, sleeps until then,
// and has the slot confirmed. If the server does not answer for [Config].Patience, or
// at the start rejects what it is asked, Wait returns an [Error].
func (s *Shared) Wait(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for held := (slot{}); ctx.Err() == nil; {
		wait, confirmed, err := s.next(ctx, &held)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			return err
		case confirmed && wait <= 0:
			s.left = s.now()
			return nil
		}
		select {
		case <-time.After(min(wait, attention)):
		case <-ctx.Done():
		}
	}
	return context.Cause(ctx)
}

// next returns how long to wait for the slot, and whether the slot is this run's now.
func (s *Shared) next(ctx context.Context, held *slot) (wait time.Duration, confirmed bool, err error) {
	begun := s.now()
	wait, err = s.take(ctx, held)
	took := s.since(begun)
	if failed, ok := errors.AsType[*Error](err); ok {
		*held, s.fastest = slot{}, unknown
		wait, err = s.lost(failed)
		return wait, false, err
	}
	if err != nil {
		return 0, false, err
	}
	s.found()
	delayed := took-s.fastest > late
	// It follows a way to the server that has become slower.
	s.fastest = min(took, s.fastest+s.fastest/8)
	// The server may be wrong, but no run exceeds its own ceiling.
	gap := time.Duration(float64(time.Second)/s.config.Rate) - s.since(s.left)
	return max(wait, gap), held.at > 0 && !delayed, nil
}

// take asks the server for a slot, or to confirm the one that is held, after it has
// told the server of refusals.
func (s *Shared) take(ctx context.Context, held *slot) (time.Duration, error) {
	if err := s.settle(ctx); err != nil {
		return 0, err
	}
	got, err := s.numbers(ctx, 4, "take", s.name, s.config.Rate, held.at, held.opened, s.successAge())
	if err != nil {
		return 0, err
	}
	wait := micro(got[0])
	*held = slot{got[1], got[2]}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paused, s.byPerson = time.Time{}, got[3] == 2
	if got[3] != 0 {
		s.paused = s.now().Add(wait)
	}
	return wait, nil
}

// successAge returns how long ago a request has succeeded, in microseconds; -1: none
// has.
func (s *Shared) successAge() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answered.IsZero() {
		return -1
	}
	return s.since(s.answered).Microseconds()
}

func micro(n int64) time.Duration { return time.Duration(n) * time.Microsecond }

// lost returns how long to wait before the next attempt to reach the server, or an
// error if there should be none.
func (s *Shared) lost(failed *Error) (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if failed.rejected() && !s.worked {
		return 0, failed
	}
	if s.lostAt.IsZero() {
		s.lostAt = s.now()
		s.waits.Reset()
		s.log.Warn("the pace server does not answer; waiting for it", "event", "pace_lost", "host", s.host, "error", failed.Error())
	}
	since := s.since(s.lostAt)
	if since >= s.config.Patience {
		failed.waited = s.config.Patience
		return 0, failed
	}
	return min(s.waits.NextBackOff(), s.config.Patience-since), nil
}

// found records that the server answers.
func (s *Shared) found() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.lostAt.IsZero() {
		s.log.Info("the pace server answers again", "event", "pace_found", "host", s.host, "after", s.since(s.lostAt).Round(time.Second))
	}
	s.lostAt, s.worked = time.Time{}, true
}

// Waiting says why no request leaves at the moment, as the rest of a sentence that
// begins with "waiting". It is empty if requests leave, or do so shortly.
func (s *Shared) Waiting() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	pause := s.paused.Sub(s.now())
	switch {
	case !s.lostAt.IsZero():
		return "for the pace server to answer"
	case s.byPerson && pause >= readablePause:
		return fmt.Sprintf("%v, as loanmap pace says", max(pause.Round(time.Second), time.Second))
	}
	return busyFor(pause)
}

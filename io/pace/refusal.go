package pace

import (
	"cmp"
	"context"
	"time"
)

// refusal is a 429 or 503 that all runs must know of.
type refusal struct {
	what   string    // of the script
	sent   time.Time // when the refused request left
	at     time.Time
	length time.Duration // of the pause; 0: the server chooses it
}

// Throttled stops the requests of all runs for d, after a 429 to a request that left at
// sent, and lowers the rate of all.
func (s *Shared) Throttled(ctx context.Context, sent time.Time, d time.Duration) {
	s.refuse(ctx, refusal{"throttled", sent, s.now(), d})
}

// Unavailable stops the requests of all runs for d, or if d is 0 for a time that grows
// with the 503s in a row, after a 503 to a request that left at sent. It returns that
// time.
func (s *Shared) Unavailable(ctx context.Context, sent time.Time, d time.Duration) time.Duration {
	return s.refuse(ctx, refusal{"unavailable", sent, s.now(), d})
}

// Answered records a success. The server learns of it with the next request.
func (s *Shared) Answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered = s.now()
}

// refuse tells the server of a refusal, and returns how long all pause. If the server
// does not answer, it is told later, before any other request of this run leaves.
func (s *Shared) refuse(ctx context.Context, r refusal) time.Duration {
	length, err := s.tell(ctx, r)
	if err == nil {
		return length
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owed = append(s.owed, r)
	return cmp.Or(r.length, firstBriefPause)
}

// tell tells the server of a refusal, and returns how long all pause.
func (s *Shared) tell(ctx context.Context, r refusal) (time.Duration, error) {
	left := r.length
	if left > 0 {
		left = max(left-s.since(r.at), time.Microsecond)
	}
	got, err := s.numbers(ctx, 1, r.what, s.name, s.config.Rate, s.since(r.sent).Microseconds(), left.Microseconds(), s.successAge())
	if err != nil {
		return 0, err
	}
	return micro(got[0]), nil
}

// settle tells the server of the refusals that it does not know of. The caller holds
// the turn.
func (s *Shared) settle(ctx context.Context) error {
	for {
		s.mu.Lock()
		if len(s.owed) == 0 {
			s.mu.Unlock()
			return nil
		}
		first := s.owed[0]
		s.mu.Unlock()
		if _, err := s.tell(ctx, first); err != nil {
			return err
		}
		s.mu.Lock()
		s.owed = s.owed[1:]
		s.mu.Unlock()
	}
}

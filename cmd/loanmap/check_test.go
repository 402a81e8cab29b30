package main

import (
	"testing"
	"time"

	"loanmap/io/loanpro"
)

func TestAdvisedRate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		roundTrip time.Duration
		throttled int64
		want      float64
	}{
		{0, 0, 5}, {100 * time.Millisecond, 0, 5}, {800 * time.Millisecond, 0, 5}, {2 * time.Second, 0, 2}, {time.Minute, 0, 0.1},
		{100 * time.Millisecond, 1, 2.5}, {2 * time.Second, 3, 1},
	} {
		if got := advisedRate(loanpro.Stats{RoundTrip: c.roundTrip, Throttled: c.throttled}); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

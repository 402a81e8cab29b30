package pace

import "time"

// How the rate follows refusals.
const (
	// headroom is the share of the ceiling that is used, so that requests
	// delayed on the way do not add up to one too many in a second.
	headroom = 0.97
	// decrease is the factor that a refusal applies to the rate.
	decrease = 0.7
	// After a refusal, the rate recovers within fastRecovery to the share
	// fastUntil of where it was refused, since a refusal may have other causes.
	// Beyond that threshold it grows by growthPerSecond of itself: the slower,
	// the fewer requests are refused while the limit is tested.
	fastUntil       = 0.98
	fastRecovery    = 3 * time.Second
	growthPerSecond = 0.003
	// minRate is the lowest rate, in requests per second, however often LoanPro
	// refuses.
	minRate = 0.2
)

// limit is the rate that LoanPro is believed to accept, in requests per second.
// A refusal lowers it at once; with time it recovers, up to its ceiling. It has
// no clock: callers pass the time.
type limit struct {
	ceiling   float64
	rate      float64
	threshold float64   // rate up to which recovery is fast
	fast      float64   // growth per second, below threshold
	slow      float64   // growth per second, above it
	since     time.Time // time that rate refers to
}

func newLimit(ceiling float64) limit {
	return limit{ceiling: ceiling * headroom, rate: ceiling * headroom}
}

// at returns the rate at now.
func (l *limit) at(now time.Time) float64 {
	passed := now.Sub(l.since).Seconds()
	if passed <= 0 {
		return l.rate
	}
	if l.rate < l.threshold {
		climbing := min(passed, (l.threshold-l.rate)/l.fast)
		l.rate += l.fast * climbing
		passed -= climbing
	}
	l.rate = min(l.ceiling, l.rate+l.slow*passed)
	l.since = now
	return l.rate
}

// refuse applies a refusal. The rate does not grow before resume.
func (l *limit) refuse(now, resume time.Time) {
	refused := l.at(now)
	l.rate = max(refused*decrease, min(minRate, l.ceiling))
	l.threshold = refused * fastUntil
	l.fast = max(l.threshold-l.rate, refused*growthPerSecond) / fastRecovery.Seconds()
	l.slow = refused * growthPerSecond
	l.since = resume
}

// refuseAgain applies a refusal that follows another without a success in
// between. The rate has not grown too far since, so it recovers fast to the
// threshold of the first refusal.
func (l *limit) refuseAgain(now, resume time.Time) {
	l.rate = max(l.at(now)*decrease, min(minRate, l.ceiling))
	l.fast = max((l.threshold-l.rate)/fastRecovery.Seconds(), l.slow)
	l.since = resume
}

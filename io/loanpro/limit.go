package loanpro

import "time"

// How the rate follows what LoanPro bears.
const (
	// headroom keeps requests that are delayed on the way from arriving as one
	// too many in a second: the rate is this share of its ceiling.
	headroom = 0.97
	// lowering is what is left of the rate when LoanPro says it is too much.
	decrease = 0.7
	// The rate comes back to fastUntil where it was refused within quick: a refusal
	// may have had other reasons. From there it creeps, by a share of itself in a
	// second: the slower, the fewer requests are refused in testing the limit.
	fastUntil       = 0.98
	fastRecovery    = 3 * time.Second
	growthPerSecond = 0.003
	// leastRate, in requests per second, is asked however often LoanPro refuses.
	minRate = 0.2
)

// limit is the rate that LoanPro is believed to bear, in requests per second:
// a refusal lowers it at once, and it comes back with time, up to its ceiling.
// It is arithmetic alone; whoever holds it tells the time.
type limit struct {
	ceiling   float64
	rate      float64
	threshold float64   // up to where it comes back fast
	fast      float64   // per second
	slow      float64   // per second, beyond
	since     time.Time // when rate was right
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

// refuse takes note of a refusal; nothing is gained before resume.
func (l *limit) refuse(now, resume time.Time) {
	refused := l.at(now)
	l.rate = max(refused*decrease, min(minRate, l.ceiling))
	l.threshold = refused * fastUntil
	l.fast = max(l.threshold-l.rate, refused*growthPerSecond) / fastRecovery.Seconds()
	l.slow = refused * growthPerSecond
	l.since = resume
}

// refuseAgain takes note of a refusal that follows another without a success in
// between: whatever is wrong, it is not that the rate came back too far. So it
// comes back fast to where the first one found it.
func (l *limit) refuseAgain(now, resume time.Time) {
	l.rate = max(l.at(now)*decrease, min(minRate, l.ceiling))
	l.fast = max((l.threshold-l.rate)/fastRecovery.Seconds(), l.slow)
	l.since = resume
}

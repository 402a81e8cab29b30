package loanpro

import "time"

// How the rate follows what LoanPro bears.
const (
	// headroom keeps requests that are delayed on the way from arriving as one
	// too many in a second: the rate is this share of its ceiling.
	headroom = 0.97
	// lowering is what is left of the rate when LoanPro says it is too much.
	lowering = 0.7
	// regain is how long the rate takes to come back to where it was refused.
	// The longer, the fewer requests are refused in testing the limit again:
	// one in some hundred, at a cost of some 15 % of what LoanPro would bear.
	regain = time.Minute
	// leastRate, in requests per second, is asked however often LoanPro refuses.
	leastRate = 0.2
)

// limit is the rate that LoanPro is believed to bear, in requests per second:
// a refusal lowers it at once, and it creeps back with time, up to its ceiling.
// It is arithmetic alone; whoever holds it tells the time.
type limit struct {
	ceiling float64
	rate    float64
	gain    float64   // per second
	since   time.Time // when rate was right
}

func newLimit(ceiling float64) limit {
	return limit{ceiling: ceiling * headroom, rate: ceiling * headroom}
}

// at returns the rate at now.
func (l *limit) at(now time.Time) float64 {
	if passed := now.Sub(l.since).Seconds(); passed > 0 {
		l.rate = min(l.ceiling, l.rate+l.gain*passed)
		l.since = now
	}
	return l.rate
}

// refuse takes note of a refusal; nothing is gained before resume.
func (l *limit) refuse(now, resume time.Time) {
	refused := l.at(now)
	l.rate = max(refused*lowering, min(leastRate, l.ceiling))
	l.gain = (refused - l.rate) / regain.Seconds()
	l.since = resume
}

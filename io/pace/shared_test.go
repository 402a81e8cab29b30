package pace

import (
	"fmt"
	"testing"
	"time"

	"loanmap/io/loanpro/sandbox"
)

// Four processes share a rate: none of them knows of the others, and the tenant counts.
func TestProcessesShareTheRate(t *testing.T) {
	for _, rate := range []float64{20, 200} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			long := 30 * time.Second
			if testing.Short() {
				if rate < 200 {
					t.Skip("make check runs it")
				}
				long = time.Second
			}
			g := newTeam(t, rate, sandbox.Options{})
			begun := g.begin(t, 0)
			time.Sleep(long)
			ended := time.Now()
			g.end(t)
			share := 0.95
			if testing.Short() {
				share = 0.9 // other tests run meanwhile
			}
			g.check(t, "four processes", begun, ended, share)
			if got := g.tenant.box.Counters().PeakPerSecond; got > int(rate)+1 {
				t.Errorf("%d in a second, by the tenant's counter", got)
			}
		})
	}
}

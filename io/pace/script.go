package pace

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// late is how long after its slot, in addition to half the distance of slots, a
	// request may be confirmed. The headroom allows twice that in all: see the package
	// comment. The other half is left for the way to LoanPro.
	late = 15 * time.Millisecond
	// absence is how long a run counts after it was last seen. It is above the usual
	// timeout of a request, during which a run may take none.
	absence = 2 * time.Minute
)

//go:embed pace.lua
var source string

// script is pace.lua with the constants of this package.
var script = redis.NewScript(strings.NewReplacer(
	"$HEADROOM", fmt.Sprint(headroom), "$DECREASE", fmt.Sprint(decrease), "$MIN_RATE", fmt.Sprint(minRate),
	"$FAST_UNTIL", fmt.Sprint(fastUntil), "$FAST_RECOVERY", fmt.Sprint(fastRecovery.Seconds()), "$GROWTH", fmt.Sprint(growthPerSecond),
	"$LATE", fmt.Sprint(late.Microseconds()), "$GONE", fmt.Sprint(absence.Microseconds()),
	"$FIRST_PAUSE", fmt.Sprint(firstBriefPause.Microseconds()), "$MAX_PAUSE", fmt.Sprint(maxBriefPause.Microseconds()),
).Replace(source))

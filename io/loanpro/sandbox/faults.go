package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"time"
)

// RetryAfter says what stands in the header of that name, for which the
// standard allows whole seconds or a date. LoanPro documents neither.
type RetryAfter string

// The styles of Retry-After.
const (
	RetrySeconds  RetryAfter = "seconds" // Faults.RetrySeconds
	RetryDate     RetryAfter = "date"    // the same as a date, up to a second later
	RetryAbsent   RetryAfter = "absent"  // no header
	RetryZero     RetryAfter = "zero"
	RetryNegative RetryAfter = "negative" // -1
	RetryHuge     RetryAfter = "huge"     // ten thousand million seconds: more than a duration in nanoseconds holds
)

// DownAs says how a tenant that is down meets its callers.
type DownAs string

// The ways to be down.
const (
	DownReset       DownAs = "reset" // connections are reset
	DownUnavailable DownAs = "503"
)

// Faults says what goes wrong; the zero Faults changes nothing. Shares from
// TooMany to Hang are of the requests that get past authorization and limit,
// from 0 to 1, and strike a request once at most, so that all of them add up to
// 1 or less. Which requests are struck follows from Seed and their number alone.
// Of all these faults LoanPro documents 500, cut answers and errors inside 200;
// the rest is assumed. Defaults stand in brackets; the tags are those of a
// command line.
type Faults struct {
	Seed uint64 `placeholder:"N" help:"Draw which requests are struck, and which hits dropped, with this seed (the tenant's)."`

	TooMany     float64 `name:"429" placeholder:"SHARE" help:"Share of requests that get 429."`
	Internal    float64 `name:"500" placeholder:"SHARE" help:"… that get 500."`
	BadGateway  float64 `name:"502" placeholder:"SHARE" help:"… that get 502, with a page of HTML."`
	Unavailable float64 `name:"503" placeholder:"SHARE" help:"… that get 503."`
	Reset       float64 `placeholder:"SHARE" help:"… whose connection is reset instead of an answer."`
	ResetBody   float64 `placeholder:"SHARE" help:"… whose connection is reset inside the body."`
	Cut         float64 `placeholder:"SHARE" help:"… whose body ends early, under a length that fits it."`
	HTML        float64 `name:"html" placeholder:"SHARE" help:"… that get 200 with a page of HTML."`
	ErrorIn200  float64 `name:"error-200" placeholder:"SHARE" help:"… that get 200 with one of the documented errors inside."`
	Hang        float64 `placeholder:"SHARE" help:"… that get no answer."`

	HangFor       time.Duration `placeholder:"TIME" help:"Answer those after this, and not only when the client gives up."`
	RetryAfter    RetryAfter    `placeholder:"HOW" help:"Retry-After of every 429, the limit's too: seconds, date, absent, zero, negative or huge (seconds)."`
	RetryAfter503 RetryAfter    `name:"retry-after-503" placeholder:"HOW" help:"The same of every 503 (absent)."`
	RetrySeconds  int           `placeholder:"N" help:"How many seconds either asks for (1)."`
	LatencyJitter time.Duration `placeholder:"TIME" help:"Add up to this to each answer's latency."`

	AuthAfter int           `name:"401-from" placeholder:"N" help:"Answer 401 from the N-th request on."`
	DownAfter int           `name:"down-from" placeholder:"N" help:"Be down from the N-th request on."`
	DownFor   time.Duration `placeholder:"TIME" help:"… for this long, and not for good."`
	DownAs    DownAs        `placeholder:"HOW" help:"… with connections that are reset, or 503 (reset)."`

	// The index forgets: searches get 200 with fewer hits; reads by ID do not.
	Forget         float64       `placeholder:"SHARE" help:"Share of the index that is gone for a while, the same records throughout."`
	ForgetFrom     int           `placeholder:"N" help:"… from the N-th request on (1)."`
	ForgetRequests int           `placeholder:"N" help:"… for N requests, and not for good."`
	ForgetFor      time.Duration `placeholder:"TIME" help:"… for this long from the first search struck, and not for good."`
	ForgetSearches string        `placeholder:"KIND" help:"… to searches of one kind only: loans or customers (both)."`
	Partial        float64       `placeholder:"SHARE" help:"Share of searches that miss a part of the index, another part each time."`
	PartialLoses   float64       `placeholder:"SHARE" help:"… this part of it (0.2)."`
	Admit          string        `placeholder:"HOW" help:"What such an answer says of it: timed-out or shards at its root, summary or d for both in there (nothing)."`

	// Everything is answered alike.
	Status         int           `placeholder:"STATUS" help:"Answer everything with this status, 300 to 599, for a while."`
	StatusFrom     int           `placeholder:"N" help:"… from the N-th request on (1)."`
	StatusRequests int           `placeholder:"N" help:"… for N requests, and not for good."`
	StatusFor      time.Duration `placeholder:"TIME" help:"… for this long from the first request struck, and not for good."`

	// Servers in front of the tenant, and what they and the tenant send.
	Firewall       string `placeholder:"TEXT" help:"Answer a search with a page of HTML when any text of its query holds this."`
	FirewallStatus int    `placeholder:"STATUS" help:"… and with this status: 403 or 406 (403)."`
	Cache          bool   `help:"A proxy answers a POST from its cache by its URL alone, whatever its body or Cache-Control says; it keeps the first 200 to each."`
	Echo           bool   `help:"Every 400, 403, 409 and 500 quotes the query that was sent."`
	Huge           int    `placeholder:"BYTES" help:"Pad each answer by so much."`
	HugeFrom       int    `placeholder:"N" help:"… from the N-th request on (1)."`
	HugeRequests   int    `placeholder:"N" help:"… for N requests, and not for good."`
	HugeGzip       bool   `help:"… and pack it, where the client accepts gzip: it grows a thousandfold when unpacked."`
}

// complete checks the faults and fills in what was not said.
func (f Faults) complete() (Faults, error) {
	f.RetryAfter = cmp.Or(f.RetryAfter, RetrySeconds)
	f.RetryAfter503 = cmp.Or(f.RetryAfter503, RetryAbsent)
	f.RetrySeconds = cmp.Or(f.RetrySeconds, 1)
	f.DownAs = cmp.Or(f.DownAs, DownReset)
	f.ForgetFrom = cmp.Or(f.ForgetFrom, 1)
	f.PartialLoses = cmp.Or(f.PartialLoses, 0.2)
	f.StatusFrom = cmp.Or(f.StatusFrom, 1)
	f.FirewallStatus = cmp.Or(f.FirewallStatus, http.StatusForbidden)
	f.HugeFrom = cmp.Or(f.HugeFrom, 1)
	styles := []RetryAfter{RetrySeconds, RetryDate, RetryAbsent, RetryZero, RetryNegative, RetryHuge}
	return f, cmp.Or(
		f.checkShares(),
		oneOf("Retry-After", f.RetryAfter, styles...), oneOf("Retry-After of 503", f.RetryAfter503, styles...),
		oneOf("down as", f.DownAs, DownReset, DownUnavailable),
		notNegative("Retry-After seconds", f.RetrySeconds), notNegative("hang", f.HangFor),
		notNegative("latency jitter", f.LatencyJitter), notNegative("401 after", f.AuthAfter),
		notNegative("down after", f.DownAfter), notNegative("down for", f.DownFor),
		f.checkForgetting(), f.checkStatus(),
		oneOf("firewall status", f.FirewallStatus, http.StatusForbidden, http.StatusNotAcceptable),
		notNegative("huge", f.Huge), notNegative("huge from", f.HugeFrom), notNegative("huge requests", f.HugeRequests),
	)
}

func (f *Faults) checkShares() error {
	sum := 0.0
	for _, c := range f.chances() {
		if err := isShare("fault "+string(c.fault), c.share); err != nil {
			return err
		}
		sum += c.share
	}
	if sum > 1+1e-9 { // sums of tenths are not exact
		return fmt.Errorf("shares of faults add up to %.3g: give 1 or less in all", sum)
	}
	return nil
}

// fault is the name of a way to fail, under which Counters.ByFault counts it.
type fault string

const (
	faultTooMany     fault = "429"
	faultInternal    fault = "500"
	faultBadGateway  fault = "502"
	faultUnavailable fault = "503"
	faultReset       fault = "reset"
	faultResetBody   fault = "reset-body"
	faultCut         fault = "cut"
	faultHTML        fault = "html"
	faultErrorIn200  fault = "error-200"
	faultHang        fault = "hang"
	faultAuth        fault = "401"
	faultDown        fault = "down"
	faultForget      fault = "forget"
	faultPartial     fault = "partial"
	faultStatus      fault = "status"
	faultFirewall    fault = "firewall"
	faultCache       fault = "cache"
	faultEcho        fault = "echo"
	faultHuge        fault = "huge"
)

// chance is how often a fault strikes.
type chance struct {
	fault fault
	share float64
}

func (f *Faults) chances() []chance {
	return []chance{
		{faultTooMany, f.TooMany}, {faultInternal, f.Internal}, {faultBadGateway, f.BadGateway},
		{faultUnavailable, f.Unavailable}, {faultReset, f.Reset}, {faultResetBody, f.ResetBody},
		{faultCut, f.Cut}, {faultHTML, f.HTML}, {faultErrorIn200, f.ErrorIn200}, {faultHang, f.Hang},
	}
}

// strike returns the fault of a request, "" for none.
func (f *Faults) strike(number int) fault {
	at := drawn(f.Seed, number, faultDraw)
	for _, c := range f.chances() {
		if at < c.share {
			return c.fault
		}
		at -= c.share
	}
	return ""
}

// What numbers are drawn for: each kind has draws of its own.
const (
	faultDraw uint64 = iota
	cutDraw
	jitterDraw
	dropDraw // and more: one for each document
)

// Draws for records add their system ID.
const (
	partialDraw uint64 = 1<<62 + iota
	forgetDraw
	displayIDDraw
	loseDraw // and more: one for each system ID
)

// drawn returns a number from 0 up to 1 that follows from its arguments alone.
func drawn(seed uint64, number int, use uint64) float64 {
	n := scramble(scramble(scramble(seed)^uint64(number)) ^ use)
	return float64(n>>11) / (1 << 53)
}

// header returns what Retry-After says in that style, "" for no header.
func (r RetryAfter) header(seconds int, now time.Time) string {
	switch r {
	case RetryAbsent:
		return ""
	case RetryZero:
		return "0"
	case RetryNegative:
		return "-1"
	case RetryHuge:
		return "10000000000"
	case RetryDate: // dates have whole seconds: rounded up, so that nobody is let in early
		at := now.Add(time.Duration(seconds)*time.Second + time.Second - 1)
		return at.UTC().Format(http.TimeFormat)
	default:
		return fmt.Sprint(seconds)
	}
}

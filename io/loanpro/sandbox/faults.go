package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"loanmap/io/loanpro/sandbox/people"
)

// The values of Faults.RetryAfter. The standard allows whole seconds or a date.
// LoanPro documents neither.
const (
	retrySeconds  = "seconds" // Faults.RetrySeconds
	retryDate     = "date"    // the same as a date, up to a second later
	retryAbsent   = "absent"  // no header
	retryZero     = "zero"
	retryNegative = "negative" // -1
	retryHuge     = "huge"     // more seconds than a time.Duration can represent
)

// The values of Faults.DownAs.
const (
	downReset       = "reset"
	downUnavailable = "503"
)

// Faults says what goes wrong. The zero Faults changes nothing. The shares from
// TooMany to Hang, from 0 to 1, are of the requests that pass authorization and
// the limit. A request gets one of these faults at most, so the sum is 1 or less.
// Which requests fail depends only on Seed and on their number. LoanPro documents
// 500, cut answers and errors inside 200; the other faults are assumed. Defaults
// are in brackets. The tags are for a command line.
type Faults struct {
	Seed uint64 `placeholder:"N" help:"Seed that selects the failing requests and the dropped hits (the tenant's)."`

	TooMany     float64 `name:"429" placeholder:"SHARE" help:"Share of requests that get 429."`
	Internal    float64 `name:"500" placeholder:"SHARE" help:"… that get 500."`
	BadGateway  float64 `name:"502" placeholder:"SHARE" help:"… that get 502, with an HTML page."`
	Unavailable float64 `name:"503" placeholder:"SHARE" help:"… that get 503."`
	Reset       float64 `placeholder:"SHARE" help:"… whose connection is reset before the answer."`
	ResetBody   float64 `placeholder:"SHARE" help:"… whose connection is reset inside the body."`
	Cut         float64 `placeholder:"SHARE" help:"… whose body ends early, with a matching length."`
	HTML        float64 `name:"html" placeholder:"SHARE" help:"… that get 200 with an HTML page."`
	ErrorIn200  float64 `name:"error-200" placeholder:"SHARE" help:"… that get 200 with one of the documented errors inside."`
	Hang        float64 `placeholder:"SHARE" help:"… that get no answer."`

	HangFor       time.Duration `placeholder:"TIME" help:"Answer those after this time, not only when the client gives up."`
	RetryAfter    string        `enum:"seconds,date,absent,zero,negative,huge" default:"seconds" placeholder:"HOW" help:"Retry-After of every 429, also of the limit: seconds, date, absent, zero, negative or huge (${default})."`
	RetryAfter503 string        `name:"retry-after-503" enum:"seconds,date,absent,zero,negative,huge" default:"absent" placeholder:"HOW" help:"The same for every 503 (${default})."`
	RetrySeconds  int           `placeholder:"N" help:"How many seconds both ask for (1)."`
	LatencyJitter time.Duration `placeholder:"TIME" help:"Add up to this to each answer's latency."`

	AuthAfter int           `name:"401-from" placeholder:"N" help:"Answer 401 from the N-th request on."`
	DownAfter int           `name:"down-from" placeholder:"N" help:"Be down from the N-th request on."`
	DownFor   time.Duration `placeholder:"TIME" help:"… for this long, not for good."`
	DownAs    string        `enum:"reset,503" default:"reset" placeholder:"HOW" help:"… with reset connections or 503: reset or 503 (${default})."`

	// The index lacks a part: searches get 200 with fewer hits, reads by ID do not.
	Forget         float64       `placeholder:"SHARE" help:"Share of the index that is missing for a while, always the same records."`
	ForgetFrom     int           `placeholder:"N" help:"… from the N-th request on (1)."`
	ForgetRequests int           `placeholder:"N" help:"… for N requests, not for good."`
	ForgetFor      time.Duration `placeholder:"TIME" help:"… for this long from the first affected search, not for good."`
	ForgetSearches string        `enum:",loans,customers" default:"" placeholder:"KIND" help:"… for searches of one kind only: loans or customers (both)."`
	Partial        float64       `placeholder:"SHARE" help:"Share of searches that miss a part of the index, a different part each time."`
	PartialLoses   float64       `placeholder:"SHARE" help:"… this share of it (0.2)."`
	Admit          string        `enum:",timed-out,shards,summary,d" default:"" placeholder:"HOW" help:"How such an answer says so: timed-out or shards at its root, summary or d for both inside these (not at all)."`

	// Records come and go while the tenant is asked.
	Come          int `placeholder:"N" help:"The N newest loans and the N newest customers are not there at first, and come one by one."`
	Go            int `placeholder:"N" help:"N other loans and N other customers are deleted one by one: no search finds them any more."`
	Change        int `placeholder:"N" help:"N loans get another title, and N customers another phone, one by one."`
	ChurnFrom     int `placeholder:"N" help:"… all of this from the N-th request on (1)."`
	ChurnRequests int `placeholder:"N" help:"… during N requests (200)."`

	// Every answer has one status.
	Status         int           `min:"300" max:"599" placeholder:"STATUS" help:"Answer everything with this status, 300 to 599, for a while."`
	StatusFrom     int           `placeholder:"N" help:"… from the N-th request on (1)."`
	StatusRequests int           `placeholder:"N" help:"… for N requests, not for good."`
	StatusFor      time.Duration `placeholder:"TIME" help:"… for this long from the first affected request, not for good."`

	// Servers in front of the tenant, and what they and the tenant send.
	Firewall       string `placeholder:"TEXT" help:"Answer a search with an HTML page when a text in its query contains this."`
	FirewallStatus int    `enum:"403,406" default:"403" placeholder:"STATUS" help:"… with this status: 403 or 406 (${default})."`
	Cache          bool   `help:"A proxy answers a POST from its cache by its URL alone, whatever its body or Cache-Control says. It keeps the first 200 of each URL."`
	Echo           bool   `help:"Quote the query in every 400, 403, 409 and 500."`
	Huge           int    `placeholder:"BYTES" help:"Pad each answer with this many bytes."`
	HugeFrom       int    `placeholder:"N" help:"… from the N-th request on (1)."`
	HugeRequests   int    `placeholder:"N" help:"… for N requests, not for good."`
	HugeGzip       bool   `help:"… and compress it, where the client accepts gzip: it grows a thousandfold when unpacked."`
}

// complete checks the faults and fills in the defaults.
func (f Faults) complete() (Faults, error) {
	f.RetryAfter = cmp.Or(f.RetryAfter, retrySeconds)
	f.RetryAfter503 = cmp.Or(f.RetryAfter503, retryAbsent)
	f.RetrySeconds = cmp.Or(f.RetrySeconds, 1)
	f.DownAs = cmp.Or(f.DownAs, downReset)
	f.ForgetFrom = cmp.Or(f.ForgetFrom, 1)
	f.PartialLoses = cmp.Or(f.PartialLoses, 0.2)
	f.ChurnFrom = cmp.Or(f.ChurnFrom, 1)
	f.ChurnRequests = cmp.Or(f.ChurnRequests, 200)
	f.StatusFrom = cmp.Or(f.StatusFrom, 1)
	f.FirewallStatus = cmp.Or(f.FirewallStatus, http.StatusForbidden)
	f.HugeFrom = cmp.Or(f.HugeFrom, 1)
	return f, cmp.Or(f.checkShares(), f.checkRetryAfter(), f.checkTimes(), f.checkForgetting(), f.checkChurn(), f.checkStatus(), f.checkFront())
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

func (f *Faults) checkRetryAfter() error {
	styles := []string{retrySeconds, retryDate, retryAbsent, retryZero, retryNegative, retryHuge}
	return cmp.Or(
		oneOf("Retry-After", f.RetryAfter, styles...), oneOf("Retry-After of 503", f.RetryAfter503, styles...),
		notNegative("Retry-After seconds", f.RetrySeconds),
	)
}

func (f *Faults) checkTimes() error {
	return cmp.Or(
		notNegative("hang", f.HangFor), notNegative("latency jitter", f.LatencyJitter), notNegative("401 after", f.AuthAfter),
		oneOf("down as", f.DownAs, downReset, downUnavailable),
		notNegative("down after", f.DownAfter), notNegative("down for", f.DownFor),
	)
}

// checkFront checks the servers in front of the tenant.
func (f *Faults) checkFront() error {
	return cmp.Or(
		oneOf("firewall status", f.FirewallStatus, http.StatusForbidden, http.StatusNotAcceptable),
		notNegative("huge", f.Huge), notNegative("huge from", f.HugeFrom), notNegative("huge requests", f.HugeRequests),
	)
}

// fault is the name of a fault in Counters.ByFault.
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

// The uses of drawn for a request. Each has independent numbers.
const (
	faultDraw uint64 = iota
	cutDraw
	jitterDraw
	totalDraw
	dropDraw // and all above: one for each document
)

// The uses of drawn for a record.
const (
	partialDraw uint64 = 1<<62 + iota
	forgetDraw
	displayIDDraw
	churnDraw
	loseDraw // and all above: one for each system ID
)

// drawn returns a number from 0 up to 1 that depends on its arguments only.
func drawn(seed uint64, number int, use uint64) float64 {
	n := people.Scramble(people.Scramble(people.Scramble(seed)^uint64(number)) ^ use)
	return float64(n>>11) / (1 << 53)
}

// retryAfter returns the value of Retry-After in that style, "" for no header.
func retryAfter(style string, seconds int, now time.Time) string {
	switch style {
	case retryAbsent:
		return ""
	case retryZero:
		return "0"
	case retryNegative:
		return "-1"
	case retryHuge:
		return "10000000000"
	case retryDate: // has whole seconds: rounded up, so no request comes early
		at := now.Add(time.Duration(seconds)*time.Second + time.Second - 1)
		return at.UTC().Format(http.TimeFormat)
	default:
		return fmt.Sprint(seconds)
	}
}

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"loanmap/io/loanpro"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// checkCommand is `loanmap check`.
type checkCommand struct {
	JSON            bool `name:"json" group:"Output:" help:"Print JSON."`
	connectionFlags `embed:"" group:"Connection:"`
	logFlags        `embed:"" group:"Messages:"`
}

// The defaults of resolve; check has no flags for them.
const (
	defaultRate    = 5.0
	defaultWorkers = 4
)

// checkPatience is how long check waits at most: a person is watching.
const checkPatience = 10 * time.Second

// checked is the result of a check, as printed.
type checked struct {
	Host      string            `json:"host"`
	Tenant    string            `json:"tenant_id"`
	Loans     *loanpro.Findings `json:"loans"`
	Customers bool              `json:"may_search_customers"`
	Sizes     []checkedSize     `json:"sizes"`
	RoundTrip float64           `json:"round_trip_seconds"`
	Throttled int64             `json:"answers_429"`
	Rate      float64           `json:"advised_rate_per_second"`
	Pace      *sharedPace       `json:"shared_pace,omitempty"` // nil: it is not shared
}

// checkedSize is how many records of one kind the tenant has, and what a run costs.
type checkedSize struct {
	Of           string `json:"of"` // loans or customers
	Records      int    `json:"records"`
	Exact        bool   `json:"exact"`
	ScanRequests int    `json:"scan_requests"`
	WhyNot       string `json:"no_scan_because,omitempty"`
	Rows         string `json:"rows"` // what the rows hold that cost PerThousand
	PerThousand  int64  `json:"search_requests_per_1000_rows"`
}

// Run connects, probes and prints the result on standard output.
func (c *checkCommand) Run(ctx context.Context, s *streams) error {
	screen := newScreen(s.err, c.logFlags)
	got, err := c.check(ctx, screen)
	if err == nil {
		err = got.print(s.out, c.JSON || screen.json)
	}
	return c.failed(ctx, screen, err)
}

func (c *checkCommand) check(ctx context.Context, screen *screen) (*checked, error) {
	c.Patience, c.Guest = min(c.Patience, checkPatience), true
	client, disconnect, err := c.connect(defaultWorkers, defaultRate, screen.log)
	if err != nil {
		return nil, err
	}
	defer disconnect()
	got := &checked{Host: client.Host(), Tenant: client.TenantID()}
	if got.Loans, err = client.Probe(ctx, loanpro.DisplayID, loanpro.MaxBatch, true); err != nil {
		return nil, err
	}
	if got.Customers, err = client.MaySearch(ctx, loanpro.CustomerID); err != nil {
		return nil, err
	}
	for _, kind := range []*question.Kind{question.DisplayIDs, question.Names} {
		if kind.OfLoans() || got.Customers {
			size, err := sizeFor(ctx, client, kind)
			if err != nil {
				return nil, err
			}
			got.Sizes = append(got.Sizes, size)
		}
	}
	stats := client.Stats()
	got.RoundTrip, got.Throttled = stats.RoundTrip.Seconds(), stats.Throttled
	got.Rate = advisedRate(stats)
	if c.paceURL() != "" && !c.Sandbox {
		got.Pace, err = c.sharedPace(ctx)
	}
	return got, err
}

// sizeFor finds out what rows of a kind cost.
func sizeFor(ctx context.Context, client *loanpro.Client, kind *question.Kind) (checkedSize, error) {
	perThousand, err := lookup.PerThousand(ctx, kind)
	if err != nil {
		return checkedSize{}, err
	}
	size, err := client.Size(ctx, kind.Key)
	return checkedSize{
		Of: strings.ToLower(size.Records), Records: size.Total, Exact: size.Exact, ScanRequests: size.ScanRequests(), WhyNot: size.Why,
		Rows: kind.Many, PerThousand: perThousand,
	}, err
}

// line says it to a person.
func (c checkedSize) line() string {
	searches := english.Sprintf("to look up 1,000 %s by searches takes about %d requests", c.Rows, c.PerThousand)
	if c.WhyNot != "" {
		return "they cannot be scanned, because " + c.WhyNot + "; " + searches
	}
	return english.Sprintf("%s%d; to scan all takes about %d requests, %s", choose(c.Exact, "", "about "), c.Records, c.ScanRequests, searches)
}

// advisedRate returns the default rate in requests per second, less where responses
// are too slow for the workers to keep up, and half where LoanPro throttled the check.
func advisedRate(stats loanpro.Stats) float64 {
	rate := min(defaultRate, defaultWorkers/max(stats.RoundTrip.Seconds(), 0.001))
	if stats.Throttled > 0 {
		rate /= 2
	}
	return max(math.Round(rate*10)/10, 0.1)
}

func (c *checked) print(out io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(c)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, line := range c.lines() {
		if _, err := fmt.Fprintf(table, "%s\t%s\n", line[0], line[1]); err != nil {
			return err
		}
	}
	return table.Flush()
}

func (c *checked) lines() [][2]string {
	f := c.Loans
	lines := [][2]string{
		{"host", c.Host},
		{"tenant", c.Tenant},
		{"loans", choose(f.Empty(), "the token may search them, but LoanPro shows none: check LOANPRO_TENANT_ID", "the token may search them")},
		{"customers", choose(c.Customers, "the token may search them", "the token may not search them: --by customer-id will be refused")},
	}
	for _, size := range c.Sizes {
		lines = append(lines, [2]string{"size, " + size.Of, size.line()})
	}
	if !f.Empty() {
		lines = append(lines, [][2]string{
			{"batch", fmt.Sprintf("%d display IDs per request, by %s", f.Batch.Size, f.Batch.Form)},
			{"audit", fmt.Sprintf("misses are asked again in batches by %s, and some of them one by one by %s", cmp.Or(f.Second.Form, "no second form"), f.Single.Form)},
			{"controls", choose(f.Controls > 0, fmt.Sprintf("each search also asks for %d records that are known to exist", f.Controls), "not supported: every question is asked twice")},
			{"case", caseWords[f.Case]},
			{"pages", fmt.Sprintf("%d rows at a time%s", f.Page, choose(f.PagesOn, "", "; paging past the first page is untested"))},
			{"database", choose(f.Database, "it answers for display IDs: --verify-missing has an effect", "it does not answer for display IDs: --verify-missing has no effect")},
		}...)
	}
	return append(lines, [][2]string{
		{"round trip", time.Duration(c.RoundTrip * float64(time.Second)).Round(time.Millisecond).String()},
		{"rate", fmt.Sprintf("LoanPro documents no limit; --rate %v is advised", c.Rate)},
		{"pace", c.Pace.brief()},
		{"probe", fmt.Sprintf("%d requests", f.Requests)},
	}...)
}

var caseWords = map[loanpro.Case]string{
	loanpro.CaseInsensitive: "the search ignores case",
	loanpro.CaseSensitive:   "the search is case-sensitive: what is missing is also asked for in other spellings",
	loanpro.CaseUnknown:     "unknown: no display ID in the sample has letters",
}

func choose(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

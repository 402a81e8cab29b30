package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"loanmap/io/pace"
	"loanmap/pipeline/question"
)

// paceCommand is `loanmap pace`.
type paceCommand struct {
	Action string `arg:"" optional:"" name:"ACTION" enum:",show,pause,set,clear" default:"show" help:"show; pause TIME: no run sends a request for that time; set N: at most N requests per second in all; clear: end both (show)."`
	Value  string `arg:"" optional:"" name:"VALUE" help:"The time of pause, such as 10m, or the number of set."`

	JSON          bool `name:"json" group:"Output:" help:"Print JSON."`
	tenantAddress `embed:"" group:"Connection:"`
	logFlags      `embed:"" group:"Messages:"`
}

// The largest values of pause and set.
const (
	longestPause = 24 * time.Hour
	highestRate  = 1000
)

// Validate refuses a value that the action does not take.
func (c *paceCommand) Validate() error {
	switch c.Action {
	case "pause":
		if d, err := time.ParseDuration(c.Value); err != nil || d <= 0 || d > longestPause {
			return question.Usage(fmt.Sprintf("pause: %q is not a time above 0 and at most 24h", c.Value), "write loanmap pace pause 10m; loanmap pace clear ends a pause")
		}
	case "set":
		if n, err := strconv.ParseFloat(c.Value, 64); err != nil || !(n > 0 && n <= highestRate) {
			return question.Usage(fmt.Sprintf("set: %q is not a number above 0 and at most %d", c.Value, highestRate), "write loanmap pace set 3 for 3 requests per second; loanmap pace clear takes it back")
		}
	default:
		if c.Value != "" {
			return question.Usage(fmt.Sprintf("%s takes no value, and %q is one", c.Action, c.Value), "only pause and set take a value")
		}
	}
	return nil
}

// Run does what is asked for, and prints the pace.
func (c *paceCommand) Run(ctx context.Context, s *streams) error {
	screen := newScreen(s.err, c.logFlags)
	got, err := c.act(ctx)
	if err == nil {
		err = got.print(s.out, c.JSON || screen.json)
	}
	return c.failed(ctx, screen, err)
}

// act does what is asked for, and returns the pace after it.
func (c *paceCommand) act(ctx context.Context) (*sharedPace, error) {
	if err := c.checkTenant(); err != nil {
		return nil, err
	}
	server, err := c.paceServer()
	if err != nil {
		return nil, err
	}
	defer server.Close()
	switch c.Action {
	case "pause":
		d, _ := time.ParseDuration(c.Value) // Validate has checked both
		err = server.Pause(ctx, d)
	case "set":
		n, _ := strconv.ParseFloat(c.Value, 64)
		err = server.SetCeiling(ctx, n)
	case "clear":
		err = server.Clear(ctx)
	}
	if err != nil {
		return nil, err
	}
	return stateOf(ctx, server, c.TenantID)
}

// paceServer returns the server that keeps the pace of the tenant.
func (n *tenantAddress) paceServer() (*pace.Server, error) {
	if n.paceURL() == "" {
		return nil, question.Usage("LOANMAP_PACE_URL is not set: no pace is shared", "set it to the URL of a Redis server (loanmap help cluster)")
	}
	server, err := pace.Connect(pace.Config{URL: n.paceURL(), BaseURL: n.base(), TenantID: n.TenantID})
	if err != nil {
		return nil, wrongPaceURL(err)
	}
	return server, nil
}

// sharedPace asks for the pace of the tenant.
func (n *tenantAddress) sharedPace(ctx context.Context) (*sharedPace, error) {
	server, err := n.paceServer()
	if err != nil {
		return nil, err
	}
	defer server.Close()
	return stateOf(ctx, server, n.TenantID)
}

// sharedPace is the pace of a tenant, as printed. Times are seconds from now.
type sharedPace struct {
	Host    string      `json:"host"`
	Tenant  string      `json:"tenant_id"`
	Ceiling float64     `json:"ceiling_per_second,omitempty"` // absent: no run is there, and nothing is set
	Rate    float64     `json:"rate_per_second,omitempty"`
	Set     float64     `json:"set_per_second,omitempty"`
	Next    float64     `json:"next_slot_seconds"`
	Pause   float64     `json:"loanpro_pause_seconds"`
	Hold    float64     `json:"pause_seconds"` // that loanmap pace pause has asked for
	Last    string      `json:"last_run,omitempty"`
	Runs    []sharedRun `json:"runs"`
}

// sharedRun is a run that shares the pace.
type sharedRun struct {
	Name     string  `json:"run"`
	Rate     float64 `json:"rate_per_second"`
	Seen     float64 `json:"seen_seconds_ago"`
	Requests int64   `json:"requests"`
}

func stateOf(ctx context.Context, server *pace.Server, tenant string) (*sharedPace, error) {
	state, err := server.State(ctx)
	if err != nil {
		return nil, err
	}
	got := &sharedPace{
		Host: server.Host(), Tenant: tenant, Ceiling: state.Ceiling, Rate: state.Rate, Set: state.Set,
		Next: state.Next.Seconds(), Pause: state.Pause.Seconds(), Hold: state.Hold.Seconds(), Last: state.Last, Runs: []sharedRun{},
	}
	for _, run := range state.Runs {
		got.Runs = append(got.Runs, sharedRun{run.Name, run.Rate, run.Seen.Seconds(), run.Requests})
	}
	return got, nil
}

func (p *sharedPace) print(out io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(p)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0) // Flush returns errors
	for _, line := range p.lines() {
		_, _ = fmt.Fprintf(table, "%s\t%s\n", line[0], line[1])
	}
	for _, run := range p.Runs {
		_, _ = fmt.Fprintf(table, "run\t%s: --rate %v, %s, seen %s ago\n", run.Name, run.Rate, counted(run.Requests, "request", "requests"), rounded(run.Seen))
	}
	return table.Flush()
}

func (p *sharedPace) lines() [][2]string {
	return [][2]string{
		{"tenant", p.Tenant},
		{"pace server", p.Host},
		{"ceiling", p.ceiling()},
		{"rate", choose(p.Rate > 0, fmt.Sprintf("%.2f requests per second at the moment", p.Rate), "unknown: no run is there")},
		{"paused", p.paused()},
		{"next slot", "in " + rounded(max(p.Next, p.Pause, p.Hold))},
		{"last slot", cmp.Or(p.Last, "no run has taken one")},
		{"runs", english.Sprint(len(p.Runs))},
	}
}

func (p *sharedPace) ceiling() string {
	switch p.Ceiling {
	case 0:
		return "that of the next run"
	case p.Set:
		return fmt.Sprintf("%v requests per second, by loanmap pace set", p.Ceiling)
	}
	return fmt.Sprintf("%v requests per second, the lowest --rate of the runs", p.Ceiling)
}

func (p *sharedPace) paused() string {
	switch {
	case p.Hold > 0 && p.Hold >= p.Pause:
		return "for " + rounded(p.Hold) + ", by loanmap pace pause"
	case p.Pause > 0:
		return "for " + rounded(p.Pause) + ", as LoanPro is busy"
	}
	return "no"
}

// rounded writes seconds as a time: in tenths below ten seconds, else in whole ones.
func rounded(seconds float64) string {
	unit := time.Second
	if seconds < 10 {
		unit /= 10
	}
	return time.Duration(seconds * float64(time.Second)).Round(unit).String()
}

// brief says what check shows of the pace; p is nil if it is not shared.
func (p *sharedPace) brief() string {
	if p == nil {
		return "not shared: LOANMAP_PACE_URL is not set, and other runs on this tenant add their rate"
	}
	text := fmt.Sprintf("shared through %s; ceiling: %s", p.Host, p.ceiling())
	if p.Hold > 0 || p.Pause > 0 {
		text += "; paused " + p.paused()
	}
	var names []string
	for _, run := range p.Runs {
		names = append(names, run.Name)
	}
	if names == nil {
		return text + "; no other run is there"
	}
	return text + "; runs that are there: " + strings.Join(names, ", ")
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"loanmap/io/loanpro"
	"loanmap/pipeline"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
	"loanmap/pipeline/review"
)

// reviewCommand is `loanmap review`.
type reviewCommand struct {
	File string `arg:"" name:"REPORT" complete:"sheets" help:"The error report of a run, or its output."`

	decidingFlags   `embed:"" group:"Deciding:"`
	readingFlags    `embed:"" group:"Input:"`
	servingFlags    `embed:"" group:"The page:"`
	connectionFlags `embed:"" group:"Connection:"`
	paceFlags       `embed:"" group:"Pace:"`
	logFlags        `embed:"" group:"Messages:"`
}

// decidingFlags say where decisions are kept and where they go.
type decidingFlags struct {
	Into       string `placeholder:"OUTPUT" complete:"sheets" help:"Output of the same run, into which decisions are filled. Default: found by REPORT's name."`
	Decisions  string `placeholder:"FILE" complete:"decisions" help:"File of the decisions. Default: INPUT.decisions.jsonl, next to REPORT."`
	Reviewer   string `placeholder:"NAME" help:"Who decides. Default: the system's user."`
	ShowScores bool   `help:"Show scores before a card is decided. They may sway you."`
	Page       string `name:"url-template" placeholder:"URL" help:"Link to the pages of candidates; URL holds {tenant}, {loan_id} or {customer_id} in place of their IDs."`
}

// readingFlags say how the report is read, as for resolve --into.
type readingFlags struct {
	By       string                       `enum:",${kinds}" default:"" placeholder:"KIND" help:"What the rows hold: ${kinds_list}. Taken from the output."`
	Column   string                       `placeholder:"NAME" help:"Column of these IDs or names, as for the run."`
	Sheet    string                       `placeholder:"NAME" help:"Sheet of the report, if that is a workbook."`
	Evidence map[question.Evidence]string `mapsep:"," placeholder:"KIND=COLUMN,…" help:"Columns that identify the person, as for the run."`
}

// servingFlags say how the page is served.
type servingFlags struct {
	NoOpen       bool   `help:"Only print the address of the page; do not open it in the browser."`
	Listen       string `default:"127.0.0.1:0" placeholder:"ADDR" help:"Address to serve on; port 0 picks a free one. One of another machine's reach needs --password-file (${default})."`
	PasswordFile string `placeholder:"FILE" help:"File that holds a password of at least 12 characters, which the page then asks for."`
}

// idleEnd is how long a review waits for its person.
const idleEnd = 30 * time.Minute

// Validate refuses what cannot be combined.
func (c *reviewCommand) Validate() error {
	if c.Listen == "" {
		return question.Usage("--listen is empty", "leave it out, or give an address such as 127.0.0.1:8080")
	}
	return checkPage(c.Page)
}

// Run serves the page until the person ends it.
func (c *reviewCommand) Run(ctx context.Context, s *streams) error {
	screen := newScreen(s.err, c.logFlags)
	err := c.review(ctx, s, screen)
	if err != nil {
		err = c.withProfile(err)
		screen.fail(err)
	}
	return err
}

func (c *reviewCommand) review(ctx context.Context, s *streams, screen *screen) error {
	pair, err := c.pair()
	if err != nil {
		return err
	}
	password, err := c.password()
	if err != nil {
		return err
	}
	client, disconnect, err := c.connect(c.Workers, c.Rate, screen.log)
	if err != nil {
		return err
	}
	defer disconnect()
	c.announce(client.Host(), screen.log)
	path := cmp.Or(c.Decisions, review.PathFor(pair.Report))
	decisions, err := review.Open(path, review.Options{Host: client.Hostname(), Tenant: client.TenantID(), Reviewer: c.Reviewer})
	if err != nil {
		return err
	}
	defer func() { _ = decisions.Close() }() // every decision is on the disk already
	if decisions.Cut() > 0 {
		screen.log.Warn("removed line {line} of {path}, which was incomplete: its decision was not confirmed", "event", "decision_cut", "line", decisions.Cut(), "path", path)
	}
	desk, err := review.NewDesk(c.source(ctx, pair, path, client, screen), decisions)
	if err != nil {
		return err
	}
	defer desk.Close()
	return c.serve(ctx, s, screen, desk, password)
}

// serve serves the desk and says how the review ended.
func (c *reviewCommand) serve(ctx context.Context, s *streams, screen *screen, desk *review.Desk, password string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return hinted{err, "choose another address with --listen"}
	}
	server := review.NewServer(ctx, desk, listener.Addr(), review.ServerOptions{ShowScores: c.ShowScores, Password: password, Idle: idleEnd})
	if _, err := fmt.Fprintln(s.out, server.Address()); err != nil { // not a message: it holds a secret
		_ = listener.Close()
		return err
	}
	screen.log.Info("the review is at the address above; Ctrl-C ends it, and so do {minutes} minutes without a request", "event", "review_serving", "minutes", int(idleEnd.Minutes()))
	if password != "" && !isLoopback(listener.Addr()) {
		screen.log.Warn("what the page shows is not encrypted on its way; use it in a network that you trust, or through ssh -L", "event", "review_in_clear")
	}
	if !c.NoOpen {
		openBrowser(ctx, server.Ticket())
	}
	reason, err := server.Serve(listener)
	if err != nil {
		return hinted{err, "start the review again: the decisions are kept"}
	}
	if reason == review.EndedIdle {
		screen.log.Info("ended: nothing was asked for {minutes} minutes; the decisions are kept", "event", "review_idle", "minutes", int(idleEnd.Minutes()))
	} else {
		screen.log.Info("ended; the decisions are kept", "event", "review_ended")
	}
	return nil
}

// pair returns the report and the output.
func (c *reviewCommand) pair() (delivery.Pair, error) {
	if c.Into != "" {
		return delivery.Pair{Report: c.File, Output: c.Into}, nil
	}
	return delivery.PairOf(c.File)
}

// shortestPassword is the fewest characters of a password.
const shortestPassword = 12

// password reads the password. An address that other machines reach needs one.
func (c *reviewCommand) password() (string, error) {
	if c.PasswordFile == "" {
		if !onLoopback(c.Listen) {
			return "", question.Usage(fmt.Sprintf("--listen %s may be reached from other machines", c.Listen), "give --password-file, too, or listen on 127.0.0.1")
		}
		return "", nil
	}
	content, err := os.ReadFile(c.PasswordFile)
	if err != nil {
		return "", question.Usage("--password-file: "+err.Error(), "give a file that holds the password")
	}
	password := strings.TrimSpace(string(content))
	if len(password) < shortestPassword {
		return "", question.Usage(fmt.Sprintf("the password in %s is shorter than %d characters", c.PasswordFile, shortestPassword), "use a longer one")
	}
	return password, nil
}

// onLoopback reports whether an address is of this machine only.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func isLoopback(address net.Addr) bool { return onLoopback(address.String()) }

// source returns where the desk has its cards from, and how decisions are applied.
func (c *reviewCommand) source(ctx context.Context, pair delivery.Pair, decisions string, client *loanpro.Client, screen *screen) review.Source {
	job := func() *pipeline.Job {
		job := &pipeline.Job{
			Input:  pipeline.Input{Path: pair.Report, Sheet: c.Sheet, By: c.By, Column: c.Column, Evidence: c.Evidence},
			Output: delivery.Output{Page: c.Page},
			Lookup: lookup.Options{Client: client, Batch: c.Batch, Workers: c.Workers, Rate: c.Rate},
			Resume: pipeline.Resume{Within: resumeReview}, Version: versionText(), Log: screen.log,
		}
		if pair.Output != "" {
			job.Output.Into = &delivery.Into{Output: pair.Output}
		}
		return job
	}
	source := review.Source{Load: func() (*review.Deal, error) { return job().Deal(ctx) }}
	source.Names.Report, source.Names.Output = pair.Report, pair.Output
	if pair.Output != "" {
		source.Apply = func(ctx context.Context) (*review.Applied, error) {
			applying := job()
			applying.Decisions = decisions
			return applied(applying.Run(ctx))
		}
	}
	return source
}

// resumeReview is how long an application of decisions that was stopped is resumed.
const resumeReview = 24 * time.Hour

// applied tells a person what came of a run that has applied decisions.
func applied(sum *pipeline.Summary, err error) (*review.Applied, error) {
	if err != nil {
		return nil, fmt.Errorf("%w; %s", err, hintOf(err))
	}
	left := map[match.Code]int{}
	for code, rows := range sum.Code {
		if answer.Order(code) >= 0 {
			left[code] = rows
		}
	}
	return &review.Applied{Filled: sum.Status[match.Matched], Left: left}, nil
}

// openBrowser opens an address in the browser, where there is one. That it cannot is no
// problem: the address is printed, too.
func openBrowser(ctx context.Context, address string) {
	command := map[string][]string{
		"windows": {"rundll32", "url.dll,FileProtocolHandler"}, "darwin": {"open"},
	}[runtime.GOOS]
	if command == nil {
		command = []string{"xdg-open"}
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return // it would open a browser of the terminal
		}
	}
	opener := exec.CommandContext(ctx, command[0], append(command[1:], address)...)
	if opener.Start() == nil {
		go func() { _ = opener.Wait() }()
	}
}

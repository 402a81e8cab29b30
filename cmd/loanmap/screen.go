package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"loanmap/pipeline"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// What the user sees, all of it on standard error:
//   - lines begin with "loanmap: "; errors with "loanmap: error: ", and a line
//     "loanmap: hint: " follows that says what to do;
//   - they begin in lower case and end without a full stop;
//   - on a terminal one progress bar, in one line; elsewhere, and on one without escape
//     sequences (TERM=dumb), a line every 30 seconds;
//   - with --log-format json a JSON object a line: see newLog.
//
// Standard output carries data or nothing.

// logFlags are the flags that every command with a screen has.
type logFlags struct {
	LogFormat string `enum:"text,json" default:"text" placeholder:"HOW" help:"How to write messages: text, or json for machines (${default})."`
	Verbose   bool   `short:"v" xor:"level" help:"Show more: every request and every retry."`
	Quiet     bool   `short:"q" xor:"level" help:"Show only errors, warnings and rows that need review."`
}

// screen is the user's side of standard error.
type screen struct {
	log   *slog.Logger
	json  bool
	quiet bool
	// aboutTenant says what to check if the tenant may be the wrong one.
	aboutTenant string

	width func() int // of the terminal on which the bar is, in columns; nil: lines in place of a bar

	mu  sync.Mutex // guards out and progress: workers log while the bar moves
	out io.Writer
	progress
}

func newScreen(out io.Writer, flags logFlags) *screen {
	s := &screen{out: out, json: flags.LogFormat == "json", quiet: flags.Quiet, aboutTenant: "check LOANPRO_TENANT_ID"}
	if file, ok := out.(*os.File); ok && !s.json && drawsBars(file) {
		s.width = func() int { return columns(file) }
	}
	level := slog.LevelInfo
	switch {
	case flags.Verbose:
		level = slog.LevelDebug
	case flags.Quiet:
		level = slog.LevelWarn
	}
	s.log = newLog(s, level, s.json)
	return s
}

// columns is the width of a terminal.
func columns(file *os.File) int {
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 {
		return 80
	}
	return width
}

// Write writes whole lines above the bar.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.up {
		_, _ = io.WriteString(s.out, erase)
		defer s.draw()
	}
	return s.out.Write(p)
}

// fail shows err, which ends the program, and its hint.
func (s *screen) fail(err error) {
	s.log.Error("{error}", "event", "failed", "error", err.Error(), "hint", hintOf(err), "exit_code", codeOf(context.Background(), err))
}

// hintOf returns what a person can do about err.
func hintOf(err error) string {
	var advised interface{ Advice() string }
	if errors.As(err, &advised) {
		return cmp.Or(advised.Advice(), noHint)
	}
	return noHint
}

// hinted is an error of another package with what a person can do about it.
type hinted struct {
	error
	hint string
}

// Unwrap returns the error without its hint.
func (e hinted) Unwrap() error { return e.error }

// Advice returns the hint.
func (e hinted) Advice() string { return e.hint }

// noHint is the hint of an error that a person cannot do anything about.
const noHint = "run the same command again; if it fails again, report this message as a fault of loanmap"

var english = message.NewPrinter(language.English)

// counts lists the statuses that occur.
func counts(status map[match.Status]int) string {
	var parts []string
	for _, name := range match.Statuses() {
		if n := status[name]; n > 0 {
			parts = append(parts, english.Sprintf("%d %s", n, name))
		}
	}
	return strings.Join(parts, ", ")
}

// plural returns n and thing, with an s where n is not 1.
func plural(n int, thing string) string { return counted(n, thing, thing+"s") }

// counted returns n and what it counts.
func counted[N int | int64](n N, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return english.Sprintf("%d %s", n, several)
}

// finished shows the result of a run and where its files are.
func (s *screen) finished(sum *pipeline.Summary, code int) {
	traffic := &sum.LoanPro
	s.log.Info(strings.TrimSuffix(english.Sprintf("%s: %s", plural(sum.Rows, "row"), counts(sum.Status)), ": "), "event", "finished",
		"rows", sum.Rows, "matched", sum.Status[match.Matched], "ambiguous", sum.Status[match.Ambiguous],
		"not_found", sum.Status[match.NotFound], "invalid", sum.Status[match.Invalid], "failed", sum.Status[match.Failed],
		"distinct_questions", sum.Questions, "resumed", sum.Resumed,
		"requests", traffic.Requests, "retries", traffic.Retries, "host", traffic.Host, "seconds", sum.Seconds, "exit_code", code,
		"output", sum.Output, "errors", sum.Errors, "summary_file", sum.Path, "summary", sum)
	s.show(accountOf(sum))
	s.nothingFound(sum)
	s.mayBePeople(sum)
	s.nameOnly(sum)
	s.decided(sum.Decisions)
	s.risks(sum.Risks)
	s.review(sum)
}

// accountOf returns the lines that tell people what a run has asked and written.
func accountOf(sum *pipeline.Summary) []string {
	lines := []string{
		english.Sprintf("%s in %s (%s) to %s, %.1f s",
			plural(sum.Questions, "distinct "+sum.By), counted(sum.LoanPro.Requests, "request", "requests"),
			counted(sum.LoanPro.Retries, "retry", "retries"), sum.LoanPro.Host, sum.Seconds),
	}
	if sum.Shard != "" {
		return append(lines, "part     "+sum.Output, "summary  "+sum.Path)
	}
	lines = append(lines, "output   "+sum.Output,
		english.Sprintf("errors   %s (%s)", sum.Errors, plural(sum.Rows-sum.Status[match.Matched], "row")),
		"summary  "+sum.Path)
	if ready := sum.ImportReady; ready != nil {
		lines = append(lines, english.Sprintf("import   %s (%s; blanks replaced in %s, line breaks in %s)",
			ready.Path, plural(ready.Rows, "row"), plural(ready.Headers, "name"), plural(ready.Cells, "cell")))
	}
	if sum.Reconciliation != nil {
		lines = append(lines, english.Sprintf("changes  %s (%s)", sum.ChangesFile, changed(sum.Reconciliation)))
	}
	if text := sum.Input.Text; text != nil && text.Long > 0 {
		lines = append(lines, english.Sprintf("%s longer than the header, the first on line %d; their cells are kept",
			counted(text.Long, "row is", "rows are"), text.FirstLong))
	}
	return lines
}

// show writes lines for people, which are fields of one record for machines.
func (s *screen) show(lines []string) {
	if s.json || s.quiet {
		return
	}
	for _, line := range lines {
		_, _ = s.Write([]byte("loanmap: " + line + "\n"))
	}
}

// nothingFound says what may be wrong if LoanPro has nothing for any row.
func (s *screen) nothingFound(sum *pipeline.Summary) {
	if !sum.NothingFound() {
		return
	}
	hint := fmt.Sprintf("is %q the right column? choose another with --column; is %s at %s the right tenant? %s",
		sum.Key, sum.LoanPro.Tenant, sum.LoanPro.Host, s.aboutTenant)
	if sum.NamesPeople && sum.By != question.Names.One {
		hint += "; if the rows are about people, give --by " + question.Names.Flag
	}
	s.log.Warn("LoanPro has nothing for any of the {rows|row|rows} that were looked up: wrong column, or wrong tenant?", "event", "nothing_found",
		"rows", sum.Status[match.NotFound], "column", sum.Key, "tenant", sum.LoanPro.Tenant, "hint", hint)
}

// mayBePeople says what to do if rows without IDs name people.
func (s *screen) mayBePeople(sum *pipeline.Summary) {
	if sum.MayBePeople() {
		s.log.Warn("most rows have no {kind}, and the sheet names people", "event", "rows_without_ids", "kind", sum.By,
			"hint", "to search for the people by name, give --by "+question.Names.Flag)
	}
}

// review says which rows need a person, or another run.
func (s *screen) review(sum *pipeline.Summary) {
	open := sum.Rows - sum.Status[match.Matched] - sum.Code[answer.CodeDecidedNone]
	switch {
	case sum.Shard != "" && sum.Unanswered() == 0:
		s.log.Info("shard {shard} is done; loanmap merge puts all parts together", "event", "shard_done", "shard", sum.Shard)
	case sum.Rows == 0:
		s.log.Warn("the input has a header but no rows", "event", "no_rows")
	case sum.Unanswered() > 0:
		s.log.Warn("{rows|row|rows} got no answer; run the same command again", "event", "rows_unanswered", "rows", sum.Unanswered())
	case sum.Reconciliation != nil:
		s.compared(sum.Reconciliation)
	case open > 0:
		level := slog.LevelInfo
		if s.quiet {
			level = slog.LevelWarn
		}
		s.log.Log(context.Background(), level, "{rows|row needs|rows need} review, see {path}", "event", "review_needed", "rows", open, "path", sum.Errors)
	}
}

// found shows how many values were found, and what that took.
func (s *screen) found(sum *pipeline.Summary, requests int64, took time.Duration) {
	s.log.Info(english.Sprintf("%s; %s, %.1f s", counts(sum.Status), counted(requests, "request", "requests"), took.Seconds()), "event", "found",
		"values", sum.Rows, "matched", sum.Status[match.Matched], "ambiguous", sum.Status[match.Ambiguous], "not_found", sum.Status[match.NotFound],
		"invalid", sum.Status[match.Invalid], "failed", sum.Status[match.Failed], "requests", requests, "took", took)
}

// decided shows what became of decisions of people.
func (s *screen) decided(d *pipeline.Decisions) {
	if d == nil {
		return
	}
	s.log.Info("applied {applied|decision|decisions} of {path}", "event", "decisions_applied", "applied", d.Applied, "path", d.File)
	if d.Stale > 0 {
		s.log.Warn("{stale|decision is|decisions are} about records that have changed since; the rows are open again, code decision_stale", "event", "decisions_stale", "stale", d.Stale)
	}
}

// nameOnly shows how many rows match by name only, and which column would help.
func (s *screen) nameOnly(sum *pipeline.Summary) {
	if n := sum.Code[match.CodeNameOnly]; n > 0 {
		s.log.Info("{rows|row matches|rows match} by name only; --accept-name-only would accept them, at a higher error rate", "event", "name_only", "rows", n)
	}
	if n := sum.Confidence[match.NameOnly]; n > 0 {
		s.log.Warn("{rows|row was|rows were} accepted by name only (--accept-name-only); check them before you use them", "event", "accepted_name_only", "rows", n)
	}
	best := ""
	for _, kind := range slices.Sorted(maps.Keys(sum.MissingEvidence)) {
		if best == "" || sum.MissingEvidence[kind] > sum.MissingEvidence[best] {
			best = kind
		}
	}
	if best != "" {
		s.log.Info("a column of {column}s would help most: LoanPro has one for the candidates of {rows|ambiguous row|ambiguous rows}",
			"event", "evidence_would_help", "column", evidenceNames[best], "rows", sum.MissingEvidence[best])
	}
}

// risks shows by what rows were matched because of the measured risk: by what was measured, and
// by how few relatives are customers.
func (s *screen) risks(all []lookup.Risk) {
	var measured, byRelatives []lookup.Risk
	for _, r := range all {
		switch {
		case !r.Accepted || r.Rows == 0:
		case r.ByRelatives:
			byRelatives = append(byRelatives, r)
		default:
			measured = append(measured, r)
		}
	}
	s.acceptedBy(measured, "{rows|row was|rows were} matched by no more than {tiers}: measured on {of} or more of the tenant's own customers, that is wrong less often than 1 time in {one_in} (--max-risk)")
	s.acceptedBy(byRelatives, "{rows|row was|rows were} matched by no more than {tiers}: so few relatives are among {of} customers or more that this is wrong less often than 1 time in {one_in}, if at most 1 in 50 pairs of relatives are twins (--max-risk)")
}

// acceptedBy shows tiers in one sentence, with the largest of their risks.
func (s *screen) acceptedBy(tiers []lookup.Risk, sentence string) {
	if len(tiers) == 0 {
		return
	}
	slices.SortStableFunc(tiers, func(a, b lookup.Risk) int { return b.Rows - a.Rows })
	var names []string
	rows, of, bound := 0, math.MaxInt, lookup.Chance(0)
	for _, r := range tiers {
		names = append(names, english.Sprintf("%s (%d)", r.Tier, r.Rows))
		rows, of, bound = rows+r.Rows, min(of, r.Of), max(bound, r.Bound)
	}
	if shown := 4; len(names) > shown+1 {
		names = append(names[:shown], english.Sprintf("%d others", len(names)-shown))
	}
	s.log.Info(sentence, "event", "accepted_by_risk", "rows", rows, "tiers", strings.Join(names, ", "), "of", of, "one_in", int(1/bound))
}

var evidenceNames = map[string]string{"birth": "birth date", "ssn": "SSN", "email": "email", "phone": "phone", "zip": "zip code"}

// changed lists the kinds of changes that occur.
func changed(r *delivery.Reconciliation) string {
	var parts []string
	for _, change := range delivery.Changes() {
		if n := r.Changes[change]; n > 0 {
			parts = append(parts, english.Sprintf("%d %s", n, change))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "none")
}

// compared shows whether there are changes to review.
func (s *screen) compared(r *delivery.Reconciliation) {
	if r.Same() {
		s.log.Info("nothing changed since {before}", "event", "nothing_changed", "before", r.Before)
		return
	}
	s.log.Info("changes since {before} are in {path}", "event", "changes_found", "before", r.Before, "path", r.ChangesFile)
}

// rehearsed shows what a run would cost.
func (s *screen) rehearsed(sum *pipeline.Summary) {
	s.log.Info("dry run: {rows|row|rows}, "+plural(sum.Questions, "distinct "+sum.By)+", {invalid|row|rows} with nothing to ask", "event", "dry_run",
		"rows", sum.Rows, "distinct_questions", sum.Questions, "invalid", sum.Status[match.Invalid], "codes", sum.Code, "summary", sum)
	var lines []string
	for _, code := range answer.InvalidCodes() {
		if n := sum.Code[code]; n > 0 {
			lines = append(lines, english.Sprintf("  %d %s", n, code))
		}
	}
	s.show(lines)
	s.mayBePeople(sum)
	s.expected(sum)
}

// expected shows how many requests a run takes, and what a dry run cannot know.
func (s *screen) expected(sum *pipeline.Summary) {
	traffic, cost := &sum.LoanPro, &sum.LoanPro.Cost
	s.log.Info("a run takes about {least} requests ({least_time} at {rate} per second) if all are found, {requests} ({expected}) if 1 in {misses} is not, "+
		"{most} ({most_time}) if 1 in {many_misses} is not; nothing was asked or written",
		"event", "expected_cost", "requests", cost.Requests, "expected", traffic.Takes(cost.Requests), "misses", lookup.UsualMisses,
		"least", cost.Least, "least_time", traffic.Takes(cost.Least), "most", cost.Most, "most_time", traffic.Takes(cost.Most), "many_misses", lookup.ManyMisses,
		"rate", traffic.Rate, "batch", traffic.Batch)
	of := sum.By + "s"
	if sum.By == question.Names.One {
		of = "words of names"
	}
	s.log.Info("this assumes batches of {batch} {of}, answers of one page, and no errors or waits; "+
		"a dry run cannot know what LoanPro takes at once, how many records it has, or how many rows it finds",
		"event", "cost_assumes", "batch", traffic.Batch, "of", of)
	if cost.ScanBelow > 0 {
		s.log.Info("if the tenant has fewer than about {records} {of}, a run reads all of them instead, which takes fewer requests (--plan)",
			"event", "scan_possible", "records", cost.ScanBelow, "of", cost.Records)
	}
}

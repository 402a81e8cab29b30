package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"loanmap/pipeline"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/match"
)

// What the user sees, all of it on standard error:
//   - lines begin with "loanmap: "; errors with "loanmap: error: ", and a line
//     "loanmap: hint: " follows that says what to do;
//   - they begin in lower case and end without a full stop;
//   - on a terminal one progress bar, elsewhere a line every 30 seconds;
//   - with --log-format json the same, a JSON object a line.
//
// Standard output carries data or nothing.

// logFlags are the flags that every command with a screen has.
type logFlags struct {
	LogFormat string `enum:"text,json" default:"text" placeholder:"HOW" help:"How to write messages: text, or json for machines (${default})."`
	Verbose   bool   `short:"v" xor:"level" help:"Show more: every request and every retry."`
	Quiet     bool   `short:"q" xor:"level" help:"Show only errors, warnings and rows that need review."`
}

const lineEvery = 30 * time.Second

// screen is the user's side of standard error.
type screen struct {
	log   *slog.Logger
	json  bool
	quiet bool

	mu       sync.Mutex // guards out and bar: workers log while the bar moves
	out      io.Writer
	terminal bool
	bar      *progressbar.ProgressBar
	lastLine time.Time
}

func newScreen(out io.Writer, flags logFlags) *screen {
	file, ok := out.(*os.File)
	s := &screen{
		out: out, json: flags.LogFormat == "json", quiet: flags.Quiet,
		terminal: ok && term.IsTerminal(int(file.Fd())), lastLine: time.Now(),
	}
	level := slog.LevelInfo
	switch {
	case flags.Verbose:
		level = slog.LevelDebug
	case flags.Quiet:
		level = slog.LevelWarn
	}
	var handler slog.Handler = &lineHandler{out: s, level: level}
	if s.json {
		handler = slog.NewJSONHandler(s, &slog.HandlerOptions{Level: level})
	}
	s.log = slog.New(handler)
	return s
}

// Write writes whole lines after removing the bar, which is drawn again later.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		_ = s.bar.Clear()
	}
	return s.out.Write(p)
}

// fail shows err and its hint.
func (s *screen) fail(err error) {
	var advised interface{ Advice() string }
	if errors.As(err, &advised) {
		s.log.Error(err.Error(), "hint", advised.Advice())
		return
	}
	s.log.Error(err.Error())
}

// progress shows p: in the bar on a terminal, else in a line now and then.
func (s *screen) progress(p pipeline.Progress) {
	switch {
	case s.quiet:
	case s.terminal && !s.json:
		s.moveBar(p)
	case time.Since(s.lastLine) >= lineEvery:
		s.lastLine = time.Now()
		s.log.Info(soFar(p))
	}
}

func soFar(p pipeline.Progress) string {
	if p.Total == 0 {
		return english.Sprintf("%d rows so far: %s", p.Rows, counts(p.Status))
	}
	return english.Sprintf("%d of about %d rows: %s", p.Rows, max(p.Total, p.Rows), counts(p.Status))
}

func (s *screen) moveBar(p pipeline.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := p.Total
	if total == 0 {
		total = -1 // unknown: a spinner
	} else {
		total = max(total, p.Rows)
	}
	if s.bar == nil {
		s.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(s.out), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("rows"),
			progressbar.OptionSetWidth(24), progressbar.OptionClearOnFinish(),
		)
	}
	s.bar.ChangeMax(total)
	s.bar.Describe(counts(p.Status))
	_ = s.bar.Set(p.Rows)
}

// clear removes the bar.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		_ = s.bar.Clear()
		_ = s.bar.Exit()
		s.bar = nil
	}
}

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
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return english.Sprintf("%d %s", n, thing)
}

func needing(rows int) string {
	if rows == 1 {
		return "1 row needs review"
	}
	return plural(rows, "row") + " need review"
}

// finished shows the result of a run and where its files are.
func (s *screen) finished(sum *pipeline.Summary) {
	if s.json {
		s.log.Info("finished", "summary", sum, "summary_file", sum.Path)
		return
	}
	open := sum.Rows - sum.Status[match.Matched]
	lines := []string{
		strings.TrimSuffix(english.Sprintf("%s: %s", plural(sum.Rows, "row"), counts(sum.Status)), ": "),
		english.Sprintf("%s in %s (%d retries) to %s, %.1f s",
			plural(sum.Questions, "distinct "+sum.By), plural(int(sum.LoanPro.Requests), "request"), sum.LoanPro.Retries, sum.LoanPro.Host, sum.Seconds),
		"output   " + sum.Output,
		english.Sprintf("errors   %s (%s)", sum.Errors, plural(open, "row")),
		"summary  " + sum.Path,
	}
	if ready := sum.ImportReady; ready != nil {
		lines = append(lines, english.Sprintf("import   %s (%s; blanks replaced in %s, line breaks in %s)",
			ready.Path, plural(ready.Rows, "row"), plural(ready.Headers, "name"), plural(ready.Cells, "cell")))
	}
	if sum.Reconciliation != nil {
		lines = append(lines, english.Sprintf("changes  %s (%s)", sum.ChangesFile, changed(sum.Reconciliation)))
	}
	if text := sum.Input.Text; text != nil && text.Long > 0 {
		lines = append(lines, english.Sprintf("rows longer than the header: %d, first on line %d; their cells are kept", text.Long, text.FirstLong))
	}
	for _, line := range lines {
		s.log.Info(line)
	}
	s.nameOnly(sum)
	switch {
	case sum.Rows == 0:
		s.log.Warn("the input has a header but no rows")
	case sum.Unanswered() > 0:
		s.log.Warn(plural(sum.Unanswered(), "row") + " got no answer: run the same command again")
	case sum.Reconciliation != nil:
		s.compared(sum.Reconciliation)
	case open > 0:
		level := slog.LevelInfo
		if s.quiet {
			level = slog.LevelWarn
		}
		s.log.Log(context.Background(), level, english.Sprintf("%s, see %s", needing(open), sum.Errors))
	}
}

// nameOnly shows how many rows match by name only, and which column would help.
func (s *screen) nameOnly(sum *pipeline.Summary) {
	if n := sum.Code[match.CodeNameOnly]; n > 0 {
		s.log.Info(english.Sprintf("%s by name only; --accept-name-only would accept them, at a higher error rate", matching(n)))
	}
	if n := sum.Confidence[match.NameOnly]; n > 0 {
		s.log.Warn(english.Sprintf("%s matched by name only (--accept-name-only)", plural(n, "row")))
	}
	best := ""
	for _, kind := range slices.Sorted(maps.Keys(sum.MissingEvidence)) {
		if best == "" || sum.MissingEvidence[kind] > sum.MissingEvidence[best] {
			best = kind
		}
	}
	if best != "" {
		s.log.Info(english.Sprintf("a column of %ss would help most: LoanPro has one for the candidates of %s", evidenceNames[best], plural(sum.MissingEvidence[best], "ambiguous row")))
	}
}

var evidenceNames = map[string]string{"birth": "birth date", "ssn": "SSN", "email": "email", "phone": "phone", "zip": "zip code"}

func matching(rows int) string {
	if rows == 1 {
		return "1 row matches"
	}
	return plural(rows, "row") + " match"
}

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
		s.log.Info("nothing changed since " + r.Before)
		return
	}
	s.log.Info(fmt.Sprintf("changes since %s are in %s", r.Before, r.ChangesFile))
}

// rehearsed shows what a run would cost.
func (s *screen) rehearsed(sum *pipeline.Summary) {
	if s.json {
		s.log.Info("dry run", "summary", sum, "expected_seconds", sum.LoanPro.Expected.Seconds())
		return
	}
	s.log.Info(english.Sprintf("dry run: %s, %s, %s with nothing to ask",
		plural(sum.Rows, "row"), plural(sum.Questions, "distinct "+sum.By), plural(sum.Status[match.Invalid], "row")))
	for _, code := range answer.InvalidCodes() {
		if n := sum.Code[code]; n > 0 {
			s.log.Info(english.Sprintf("  %d %s", n, code))
		}
	}
	s.log.Info(english.Sprintf("a run takes about %d requests (%s at %v per second, assuming batches of %d); nothing was asked or written",
		sum.LoanPro.Requests, sum.LoanPro.Expected.Round(time.Second), sum.LoanPro.Rate, sum.LoanPro.Batch))
}

// lineHandler writes log records as lines for people.
type lineHandler struct {
	out   io.Writer
	level slog.Level
	attrs []slog.Attr
}

// Enabled reports whether records of level are written.
func (h *lineHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// Handle writes one record, and its hint on a line of its own.
func (h *lineHandler) Handle(_ context.Context, r slog.Record) error {
	var line, hint strings.Builder
	line.WriteString("loanmap: ")
	switch {
	case r.Level >= slog.LevelError:
		line.WriteString("error: ")
	case r.Level >= slog.LevelWarn:
		line.WriteString("warning: ")
	}
	line.WriteString(r.Message)
	write := func(a slog.Attr) bool {
		if a.Key == "hint" {
			fmt.Fprintf(&hint, "loanmap: hint: %s\n", a.Value)
		} else {
			fmt.Fprintf(&line, " %s=%v", a.Key, a.Value)
		}
		return true
	}
	for _, a := range h.attrs {
		write(a)
	}
	r.Attrs(write)
	_, err := io.WriteString(h.out, line.String()+"\n"+hint.String())
	return err
}

// WithAttrs returns a handler that writes attrs with every record.
func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &lineHandler{h.out, h.level, append(slices.Clip(h.attrs), attrs...)}
}

// WithGroup returns the handler itself: lines have no groups.
func (h *lineHandler) WithGroup(string) slog.Handler { return h }

package delivery

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"loanmap/pipeline/match"
)

const (
	// DefaultAllowLost is how many percent of the questions that were matched
	// before may be lost, where Reconcile does not say.
	DefaultAllowLost = 5
	// DefaultAllowShrink is by how many percent the rows may have become fewer,
	// where Reconcile does not say.
	DefaultAllowShrink = 20
	// brakeFrom is how many lost questions, or missing rows, stop a run at least:
	// one of five is a large share, and no sign of an outage.
	// It is also how many questions either side must have for it to count that they
	// have none in common.
	brakeFrom = 3
)

// Share is a part of a whole. The zero value leaves it to the default.
type Share struct {
	percent float64
	given   bool
}

// Percent returns the share of so much percent, from 0 to 100.
func Percent(percent float64) Share { return Share{percent, true} }

// UnmarshalText takes a percentage from 0 to 100, such as 5%, 5 or 2.5%, so that
// a flag may be a Share.
func (s *Share) UnmarshalText(text []byte) error {
	digits := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(text)), "%"))
	percent, err := strconv.ParseFloat(digits, 64)
	if strings.Trim(digits, "0123456789.") != "" { // ParseFloat takes 1e1, 0x1p1 and inf
		err = strconv.ErrSyntax
	}
	if err != nil || percent > 100 {
		return fmt.Errorf("%q is not a percentage: give one from 0%% to 100%%, such as 5%%", text)
	}
	*s = Percent(percent)
	return nil
}

// MarshalText writes the share as UnmarshalText takes it.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String returns the share as UnmarshalText takes it.
func (s Share) String() string { return strconv.FormatFloat(s.percent, 'f', -1, 64) + "%" }

// or returns the share, or so much percent where it was left to the default.
func (s Share) or(percent float64) Share {
	if s.given {
		return s
	}
	return Percent(percent)
}

// under reports whether the share is less than part of whole.
func (s Share) under(part, whole int) bool { return float64(part)*100 > s.percent*float64(whole) }

// least is the smallest share in whole percent that is not under part of whole.
func least(part, whole int) Share { return Percent(float64((part*100 + whole - 1) / whole)) }

// BrakeError is a comparison that looks like an outage, or an export that was cut
// off: nothing is written, unless Reconcile allows as much.
type BrakeError struct {
	Before string // what says what was found before
	By     string // what the questions are, such as "display IDs"
	// Lost of Matched questions, which were matched before, are not matched now.
	// Both are 0 where the number of them did not stop the run.
	Lost, Matched int
	// Rows is how many rows the input has, and RowsBefore how many the previous
	// output has. Both are 0 where the number of rows did not stop the run.
	Rows, RowsBefore       int
	AllowLost, AllowShrink Share // what was allowed
	// Asked is how many questions the input has, and AskedBefore how many the previous
	// output has, where they have none in common; else both are 0. Column and
	// ColumnBefore are the headers of their columns.
	Asked, AskedBefore   int
	Column, ColumnBefore string
}

// Error names what stopped the run, in numbers: never a value of a row.
func (e *BrakeError) Error() string {
	var reasons []string
	if e.Asked > 0 {
		reasons = append(reasons, inEnglish("none of the %d %s in the input (column %q) is among its %d (column %q)",
			e.Asked, e.By, e.Column, e.AskedBefore, e.ColumnBefore))
	}
	if e.RowsBefore > 0 {
		reasons = append(reasons, inEnglish("the number of rows has shrunk from %d to %d", e.RowsBefore, e.Rows)+fmt.Sprintf(", by more than %v", e.AllowShrink))
	}
	if e.Matched > 0 {
		reasons = append(reasons, inEnglish("%d of %d %s that were matched before would be lost", e.Lost, e.Matched, e.By)+fmt.Sprintf(", more than %v", e.AllowLost))
	}
	return fmt.Sprintf("comparing with %s: %s", e.Before, strings.Join(reasons, "; "))
}

// Advice returns what the person can do about it.
func (e *BrakeError) Advice() string {
	var numbers, flags []string
	instead := "ask everything again with --fresh"
	if e.RowsBefore > 0 {
		numbers = append(numbers, inEnglish("rows: %d instead of %d", e.Rows, e.RowsBefore))
		flags = append(flags, "--allow-shrink "+least(e.RowsBefore-e.Rows, e.RowsBefore).String())
		instead = "export the input again"
	}
	if e.Asked > 0 {
		numbers = append(numbers, inEnglish("in common: 0 of %d", e.AskedBefore))
		flags = []string{"--allow-shrink 100%"}
		instead = "compare with an output of the same sheet, or say with --column which column holds the same " + e.By
	}
	if e.Matched > 0 {
		numbers = append(numbers, inEnglish("lost: %d of %d", e.Lost, e.Matched))
		flags = append(flags, "--allow-lost "+least(e.Lost, e.Matched).String())
	}
	return fmt.Sprintf("nothing was written; if that is right (%s), run the same command with %s; if not, %s",
		strings.Join(numbers, "; "), strings.Join(flags, " "), instead)
}

// inEnglish writes numbers as people read them.
func inEnglish(format string, args ...any) string {
	return message.NewPrinter(language.English).Sprintf(format, args...)
}

// brake returns a *BrakeError where too much would be lost, the input has shrunk too
// much, or it asks nothing that was asked before. An input without rows stops the run whatever the number.
func (c *comparison) brake() error {
	e := &BrakeError{Before: c.before.name, By: c.by.Many, AllowLost: c.allowLost, AllowShrink: c.allowShrink}
	lost, matched := c.losses()
	if lost >= brakeFrom && c.allowLost.under(lost, matched) {
		e.Lost, e.Matched = lost, matched
	}
	missing := c.before.rows - c.rows
	if (missing >= brakeFrom || c.rows == 0) && c.allowShrink.under(missing, c.before.rows) {
		e.Rows, e.RowsBefore = c.rows, c.before.rows
	}
	if asked, before := len(c.seen), len(c.before.known); min(asked, before) >= brakeFrom && c.before.notAsked() == before && c.allowShrink.under(1, 1) {
		e.Asked, e.AskedBefore, e.Column, e.ColumnBefore = asked, before, c.keyName, c.before.keyName
	}
	if e.Matched == 0 && e.RowsBefore == 0 && e.Asked == 0 {
		return nil
	}
	return e
}

// losses counts the questions that were matched before and are not now, and those
// that were matched before. Where LoanPro has not answered, a question is in
// neither number.
func (c *comparison) losses() (lost, matched int) {
	for o, before := range c.seen {
		if !before {
			continue
		}
		matched++
		if o.Status() != match.Matched {
			lost++
		}
	}
	return lost, matched
}

package delivery

import (
	"slices"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Change is how the answer to a question differs from the one before.
type Change string

// The changes. Rows unmatched both times do not count as changes.
const (
	New       Change = "new"       // the question was not asked before
	Changed   Change = "changed"   // another system ID
	Lost      Change = "lost"      // was matched and is not
	Archived  Change = "archived"  // the same loan, archived since
	Recovered Change = "recovered" // was not matched and is
)

// Changes lists every Change.
func Changes() []Change { return []Change{New, Changed, Lost, Archived, Recovered} }

// Reconciliation counts the differences from the previous result, by question.
type Reconciliation struct {
	Changes     map[Change]int `json:"changes"` // lines of the file of changes
	Unchanged   int            `json:"unchanged"`
	Unchecked   int            `json:"not_checked"`     // LoanPro did not answer
	NotAsked    int            `json:"no_longer_asked"` // in the previous output alone
	Before      string         `json:"compared_with"`   // what said what was found before
	ChangesFile string         `json:"changes_file"`
}

// Same reports whether nothing has changed, as far as it was checked.
func (r *Reconciliation) Same() bool {
	for _, n := range r.Changes {
		if n > 0 {
			return false
		}
	}
	return true
}

// rank is a status in one byte: its place among match.Statuses, from 1. 0 says
// that there is no status, which is not matched either.
type rank uint8

func rankOf(status match.Status) rank { return rank(slices.Index(match.Statuses(), status) + 1) }

func (r rank) status() match.Status {
	if r == 0 {
		return ""
	}
	return match.Statuses()[r-1]
}

// answer is what was found for a question. A run may hold a million of them.
type finding struct {
	id       int64 // of what is looked for; 0 unless matched
	rank     rank
	flagged  bool // it is known whether it is archived
	archived bool
}

func (a finding) matched() bool { return a.rank.status() == match.Matched }

// compare says how after differs from before; empty: in nothing that counts.
func compare(before, after finding) Change {
	was, is := before.matched(), after.matched()
	switch {
	case was && !is:
		return Lost
	case !was && is:
		return Recovered
	case was && before.id != after.id:
		return Changed
	case was && before.flagged && !before.archived && after.archived:
		return Archived
	}
	return ""
}

// comparison gathers the differences from the previous result, row by row.
type comparison struct {
	before  *Previous
	writer  sheet.Writer
	keys    []int                    // columns of the input that tell the question
	keyName string                   // their header
	by      *question.Kind           // of the questions
	rows    int                      // of the input
	seen    map[*answer.Outcome]bool // one for each question: whether it was matched before and is answered now
	failed  int                      // questions that were not answered
	changes map[difference]*extent
	order   []difference // by first row
	found   []finding    // of the row at hand

	allowLost, allowShrink Share
}

// difference is a change of one question. There may be several with one
// question, where several answers to it are known from before.
type difference struct {
	outcome *answer.Outcome // one for each question
	before  finding
	change  Change
}

// extent is where a change shows.
type extent struct {
	cells             []string // the question, as its first row has it
	first, last, rows int
}

// count counts a row, and its question when its first row comes.
func (c *comparison) count(o *answer.Outcome) {
	c.rows++
	if _, seen := c.seen[o]; seen || o.Status() == match.Invalid {
		return
	}
	c.seen[o] = false
	if o.Status() == match.Failed {
		c.failed++
	}
}

// add compares the answer to a row with what was found before. If LoanPro
// has not answered, nothing is known to have changed.
func (c *comparison) add(row entry) error {
	c.count(row.outcome)
	befores, asked, err := c.before.of(row.Row, c.found[:0])
	if err != nil {
		return err
	}
	c.found = befores
	switch status := row.outcome.Status(); {
	case !asked || status == match.Invalid || status == match.Failed:
		return nil
	case len(befores) == 0:
		c.note(row, finding{}, New)
		return nil
	}
	after := c.answerOf(row.outcome)
	for _, before := range befores {
		if before.matched() {
			c.seen[row.outcome] = true
		}
		if change := compare(before, after); change != "" {
			c.note(row, before, change)
		}
	}
	return nil
}

func (c *comparison) note(row entry, before finding, change Change) {
	which := difference{row.outcome, before, change}
	where := c.changes[which]
	if where == nil {
		where = &extent{first: row.Line}
		for _, column := range c.keys {
			where.cells = append(where.cells, strings.Clone(row.Cells[column])) // not the whole row
		}
		c.changes[which] = where
		c.order = append(c.order, which)
	}
	where.last = row.Line
	where.rows++
}

func (c *comparison) answerOf(o *answer.Outcome) finding {
	return finding{rank: rankOf(o.Status()), id: o.ID(c.by.OfLoans()), flagged: o.Found.Loan != 0, archived: o.Verdict().Archived}
}

// finish writes the changes and returns their account. The error may be a
// *BrakeError; then the account is complete.
func (c *comparison) finish() (*Reconciliation, error) {
	account := &Reconciliation{Changes: map[Change]int{}, Unchecked: c.failed, NotAsked: c.before.notAsked(), Before: c.before.name}
	for _, change := range Changes() {
		account.Changes[change] = 0
	}
	changed := map[*answer.Outcome]bool{}
	for _, which := range c.order {
		changed[which.outcome] = true
		account.Changes[which.change]++
		if err := c.write(which); err != nil {
			return nil, err
		}
	}
	account.Unchanged = len(c.seen) - c.failed - len(changed)
	return account, c.brake()
}

func (c *comparison) write(which difference) error {
	after, where := c.answerOf(which.outcome), c.changes[which]
	return writeChanges(c.writer.Write, where.cells, []changeRecord{{
		Change:       which.change,
		BeforeStatus: which.before.rank.status(), BeforeID: answer.IDText(which.before.id),
		AfterStatus: after.rank.status(), AfterID: answer.IDText(after.id),
		FirstRow: where.first, LastRow: where.last, Rows: where.rows,
	}})
}

package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
)

// Reconcile says what the answers of a run are compared with. Where it names
// nothing, the input itself must say what was found before: by a block of
// loanmap's columns, or by a column that is named like one of system IDs.
type Reconcile struct {
	Against string // path of a previous output
	Expect  string // column of the input with system IDs, by name, letter or number
	Changes string // path of the file of changes; empty: named after the input
	// AllowLost is how many of the questions that were matched before may be lost,
	// and AllowShrink how many of the rows of a previous output may be missing from
	// the input. Beyond that the run ends with a *BrakeError.
	AllowLost, AllowShrink Share
}

// PreviousError is a sheet that does not say what was found before.
type PreviousError struct{ Name, Problem, Hint string }

func (e *PreviousError) Error() string {
	return fmt.Sprintf("reading what was found before from %s: %s", e.Name, e.Problem)
}

// Advice returns what the person can do about it.
func (e *PreviousError) Advice() string { return e.Hint }

// before is what was found before.
type before struct {
	name string // of what says it
	// said is where the rows of the input say it. Where it is nil, a previous
	// output has said it, by question.
	said  *answerColumns
	ask   func(sheet.Row) (question, reason)
	known map[string]earlier
	more  map[string][]answer // other answers to the same question
	rows  int                 // of the previous output
}

// earlier is an answer that is known from before.
type earlier struct {
	answer
	asked bool // again
}

// of adds to answers what was found before for what a row asks. asked is false
// where it asks nothing.
func (b *before) of(row sheet.Row, answers []answer) (_ []answer, asked bool, err error) {
	if b.said != nil {
		found, ok, err := b.said.read(row)
		if err != nil || !ok {
			return answers, err == nil, b.explain(err)
		}
		return append(answers, found), true, nil
	}
	q, why := b.ask(row)
	if why.code != "" {
		return answers, false, nil
	}
	name := q.name()
	found, ok := b.known[name]
	if !ok {
		return answers, true, nil
	}
	if !found.asked {
		found.asked = true
		b.known[name] = found
	}
	return append(append(answers, found.answer), b.more[name]...), true, nil
}

// learn takes note of an answer of before.
func (b *before) learn(row sheet.Row, found answer) {
	q, why := b.ask(row)
	if why.code != "" {
		return
	}
	name := strings.Clone(q.name()) // not the whole row
	first, ok := b.known[name]
	switch {
	case !ok:
		b.known[name] = earlier{answer: found}
	case first.answer != found && !slices.Contains(b.more[name], found):
		b.more[name] = append(b.more[name], found)
	}
}

// notAsked counts the questions that were asked before and are not now.
func (b *before) notAsked() int {
	n := 0
	for _, earlier := range b.known {
		if !earlier.asked {
			n++
		}
	}
	return n
}

func (b *before) explain(err error) error {
	if err == nil {
		return nil
	}
	return &PreviousError{b.name, err.Error(), "mend the cell, or have it say nothing"}
}

// compare begins a comparison with what was found before, written to path.
func (r *run) compare(path string) (*comparison, error) {
	c := &comparison{
		keys: r.columns.keys(), by: r.By.String(), byLoan: systemKey(r.By) == loanpro.LoanID, changes: map[difference]*extent{}, seen: map[*outcome]bool{},
		allowLost: r.Reconcile.AllowLost.or(DefaultAllowLost), allowShrink: r.Reconcile.AllowShrink.or(DefaultAllowShrink),
	}
	var err error
	if c.before, err = r.before(); err != nil {
		return nil, err
	}
	names := make([]string, len(c.keys))
	for i, column := range c.keys {
		names[i] = r.reader.Header()[column]
	}
	header := changesHeader(names)
	c.writer, err = sheet.Create(r.target(path), sheet.Layout{
		Header: header, Added: len(header) - 1 - len(names), Format: r.reader.Source().Text.Format, GuardInput: r.GuardFormulas,
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// keys are the columns that a person knows a question by.
func (c *columns) keys() []int {
	if c.people != nil {
		return c.people.nameColumns()
	}
	return []int{c.key}
}

// before finds out what says what was found before, and reads it if it is a
// previous output.
func (r *run) before() (*before, error) {
	if r.Reconcile.Against != "" {
		return r.readPrevious()
	}
	said, err := r.said()
	if err != nil {
		return nil, err
	}
	return &before{name: fmt.Sprintf("column %q", r.reader.Header()[said.id]), said: said}, nil
}

// said finds where the input itself says what was found before.
func (r *run) said() (*answerColumns, error) {
	header := r.reader.Header()
	if r.Reconcile.Expect != "" {
		column, err := chosenColumn(header, r.Reconcile.Expect)
		return &answerColumns{status: -1, id: column, archived: -1}, err
	}
	if block(header, r.columns.prefix, ownColumns) != nil {
		return r.answerColumns(header, r.columns.prefix), nil
	}
	key := systemKey(r.By)
	switch found := matching(header, headers[key]); len(found) {
	case 1:
		return &answerColumns{status: -1, id: found[0], archived: -1}, nil
	case 0:
		return nil, &PreviousError{
			"the input", "it has no column of the system IDs that are expected",
			"compare with a previous output: --against FILE; or name the column: --expect COLUMN",
		}
	default:
		return nil, &PreviousError{
			"the input", fmt.Sprintf("several columns may hold the %ss that are expected: %s", key, describeColumns(header, found)),
			"say which with --expect, by its name, letter or number",
		}
	}
}

// readPrevious reads a previous output. Each question of it costs its name and
// a few bytes.
func (r *run) readPrevious() (*before, error) {
	if r.Reconcile.Against == "-" {
		return nil, &PreviousError{"standard input", "it is not read twice, should the run have to start over", "give --against a file"}
	}
	reader, prefix, err := r.openPrevious()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	b := &before{name: r.Reconcile.Against, known: map[string]earlier{}, more: map[string][]answer{}}
	asker, err := r.previousAsker(reader.Header(), prefix)
	if err != nil {
		return nil, &PreviousError{b.name, err.Error(), fmt.Sprintf("let its column of the %ss be named like the input's: %q", r.By, r.columns.keyName)}
	}
	b.ask = asker.ask
	said := r.answerColumns(reader.Header(), prefix)
	for row, err := range reader.Rows() {
		if err != nil {
			return nil, err
		}
		b.rows++
		found, ok, err := said.read(row)
		if err != nil {
			return nil, b.explain(err)
		}
		if ok {
			b.learn(row, found)
		}
	}
	if n := len(b.more); n > 0 {
		r.Log.Warn(fmt.Sprintf("%s holds more than one answer to some questions: %d; each of these is compared", b.name, n))
	}
	again := r.batcher(1)
	again.choose = -1 // a question is known by what its own column holds
	b.ask = again.ask
	return b, nil
}

// previousAsker returns what tells the questions of a previous output.
func (r *run) previousAsker(header []string, prefix string) (*batcher, error) {
	header = slices.Clone(header)
	c := columns{mark: slices.Index(header, prefix+"match_reasons")}
	for _, ours := range present(header, prefix, allColumns()) {
		header[ours] = "" // holds no questions
	}
	if err := c.findKey(header, layout{by: r.By, chosen: r.sameKey(header), evidence: r.Evidence}); err != nil {
		return nil, err
	}
	asker := r.batcher(1)
	asker.column, asker.people, asker.mark, asker.choose = c.key, c.people, c.mark, -1
	return asker, nil
}

// sameKey finds in another header the column that is named like the input's key
// column, and returns its letter; empty: not for certain.
func (r *run) sameKey(header []string) string {
	if r.columns.people != nil {
		return r.Column
	}
	var found []int
	for i, name := range header {
		if strings.TrimSpace(name) == strings.TrimSpace(r.columns.keyName) && name != "" {
			found = append(found, i)
		}
	}
	switch {
	case slices.Contains(found, r.columns.key):
		return columnLetter(r.columns.key)
	case len(found) == 1:
		return columnLetter(found[0])
	}
	return ""
}

// openPrevious opens a previous output: its sheet of the input's name, if it has
// such an output, or the first one.
func (r *run) openPrevious() (_ sheet.Reader, prefix string, _ error) {
	if name := r.reader.Source().Sheet; name != "" {
		if reader, prefix, err := r.openOutput(r.Reconcile.Against, name); err == nil {
			return reader, prefix, nil
		}
	}
	return r.openOutput(r.Reconcile.Against, "")
}

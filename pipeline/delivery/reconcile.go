package delivery

import (
	"fmt"
	"slices"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
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
	AllowLost, AllowShrink Share `json:",omitzero"`
}

// previousError refuses a sheet that does not say what was found before.
func previousError(name, problem, hint string) *question.UsageError {
	return question.Usage(fmt.Sprintf("reading the previous results from %s: %s", name, problem), hint)
}

// Previous is what was found before: by a previous output, or by the input's own
// columns.
type Previous struct {
	name string // of what says it
	// found is where the rows of the input say it. Where it is nil, a previous
	// output has found it, by question.
	found *foundColumns
	ask   func(sheet.Row) (question.Question, question.Reason)
	known map[string]earlier
	more  map[string][]finding // other answers to the same question
	// decisions are what people have decided; nil: nothing.
	decisions *decisions
	rows      int // of the previous output
	// comparisons is how many have begun: a pass compares anew.
	comparisons int
	// keyName is the header of the column of the previous output that asks.
	keyName string
}

// earlier is an answer that is known from before.
type earlier struct {
	finding
	asked   int              // the number of the last comparison whose rows ask it; 0: none
	decided question.Decider // in all rows, on the same record
}

// of adds to answers what was found before for what a row asks. asked is false
// where it asks nothing.
func (p *Previous) of(row sheet.Row, answers []finding) (_ []finding, asked bool, err error) {
	if p.found != nil {
		found, ok, err := p.found.read(row)
		if err != nil || !ok {
			return answers, err == nil, p.explain(err)
		}
		return append(answers, found), true, nil
	}
	q, why := p.ask(row)
	if why.Code != "" {
		return answers, false, nil
	}
	name := q.Name()
	found, ok := p.known[name]
	if !ok {
		return answers, true, nil
	}
	if found.asked != p.comparisons {
		found.asked = p.comparisons
		p.known[name] = found
	}
	return append(append(answers, found.finding), p.more[name]...), true, nil
}

// learn takes note of an answer of before, and by what a person has decided on it.
func (p *Previous) learn(row sheet.Row, found finding, by question.Decider) {
	q, why := p.ask(row)
	if why.Code != "" {
		return
	}
	name := strings.Clone(q.Name()) // not the whole row
	first, ok := p.known[name]
	if ok && first.decided != question.Undecided && (by == question.Undecided || found.id != first.id) {
		first.decided = question.Undecided
		p.known[name] = first
	}
	switch {
	case !ok:
		p.known[name] = earlier{finding: found, decided: by}
	case first.finding != found && !slices.Contains(p.more[name], found):
		p.more[name] = append(p.more[name], found)
	}
}

// decide gathers what people have decided, by the digest of the previous output that
// says it.
func (p *Previous) decide(digest string) {
	p.decisions = &decisions{known: map[string]question.Decision{}}
	for name, found := range p.known {
		if found.decided != question.Undecided {
			p.decisions.known[name] = question.Decision{ID: found.id, By: found.decided}
			p.decisions.source = digest
		}
	}
}

// notAsked counts the questions that were asked before and are not now.
func (p *Previous) notAsked() int {
	n := 0
	for _, earlier := range p.known {
		if earlier.asked != p.comparisons {
			n++
		}
	}
	return n
}

func (p *Previous) explain(err error) error {
	if err == nil {
		return nil
	}
	return previousError(p.name, err.Error(), "fix the cell or clear it")
}

// compare begins a comparison with what was found before, written to path.
func (d *Delivery) compare(path string, p *Previous) (*comparison, error) {
	c := &comparison{
		before: p, keys: d.In.Columns.Keys(), keyName: d.In.Columns.KeyName, by: d.In.Columns.Kind, changes: map[difference]*extent{}, seen: map[*answer.Outcome]bool{},
		allowLost: d.Reconcile.AllowLost.or(DefaultAllowLost), allowShrink: d.Reconcile.AllowShrink.or(DefaultAllowShrink),
	}
	p.comparisons++
	names := make([]string, len(c.keys))
	for i, column := range c.keys {
		names[i] = d.In.Reader.Header()[column]
	}
	header, err := changesHeader(names)
	if err != nil {
		return nil, fmt.Errorf("beginning the file of changes: %w", err)
	}
	c.writer, err = sheet.Create(d.target(path), sheet.Layout{
		Header: header, Added: len(header) - 1 - len(names), Format: d.In.Reader.Source().Text.Format, GuardInput: d.GuardFormulas,
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// FindPrevious takes note of what was found before, if a run is to be compared with it.
func (d *Delivery) FindPrevious() (*Previous, error) {
	if d.Reconcile == nil {
		return nil, nil //nolint:nilnil // nothing is compared
	}
	return d.findPrevious()
}

// before finds out what says what was found before, and reads it if it is a
// previous output.
func (d *Delivery) findPrevious() (*Previous, error) {
	if d.Reconcile.Against != "" {
		return d.readPrevious()
	}
	said, err := d.earlierColumns()
	if err != nil {
		return nil, err
	}
	header := d.In.Reader.Header()
	b := &Previous{name: fmt.Sprintf("column %q", header[said.id]), found: said}
	if said.status < 0 {
		return b, nil
	}
	b.decisions = &decisions{source: inInput, columns: findDecisions(header, d.In.Columns.Prefix), found: said}
	return b, d.checkOrigin(d.Input, d.In.Digest, d.openInput)
}

// openInput opens the input once more, to look at what it says of before.
func (d *Delivery) openInput() (_ sheet.Reader, prefix string, _ error) {
	reader, err := sheet.Open(d.Input, d.In.Options)
	return reader, d.In.Columns.Prefix, err
}

// earlierColumns finds where the input itself says what was found before.
func (d *Delivery) earlierColumns() (*foundColumns, error) {
	header := d.In.Reader.Header()
	if d.Reconcile.Expect != "" {
		column, err := question.ChosenColumn(header, d.Reconcile.Expect)
		return &foundColumns{status: -1, id: column, archived: -1}, err
	}
	if question.OutputBlock(header, d.In.Columns.Prefix) != nil {
		return d.ownBlock(header)
	}
	kind := d.In.Columns.Kind
	switch found := kind.SystemIDColumns(header); len(found) {
	case 1:
		return &foundColumns{status: -1, id: found[0], archived: -1}, nil
	case 0:
		return nil, previousError(
			"the input", "it has no column of expected system IDs",
			"compare with a previous output (--against FILE), or name the column (--expect COLUMN)",
		)
	default:
		return nil, previousError(
			"the input", fmt.Sprintf("several columns may hold the expected %s: %s", kind.System().Many, question.DescribeColumns(header, found)),
			"choose one with --expect, by its name, letter or number",
		)
	}
}

// ownBlock returns our columns in the input: the only block of them, or the one that
// --prefix names.
func (d *Delivery) ownBlock(header []string) (*foundColumns, error) {
	blocks := question.OutputPrefixes(header)
	if len(blocks) > 1 && d.Prefix == "" {
		several := blocksError(blocks)
		return nil, previousError("the input", several.Problem, several.Hint)
	}
	found := d.foundColumns(header, d.In.Columns.Prefix)
	if found.id < 0 { // of customers, and this run looks for loans
		return nil, d.otherKind("the input", anyCustomer)
	}
	return found, nil
}

// readPrevious reads a previous output. Each question of it costs its name and
// a few bytes.
func (d *Delivery) readPrevious() (*Previous, error) {
	if d.Reconcile.Against == "-" {
		return nil, previousError("standard input", "it can be read only once, but a run may have to start over", "give --against a file")
	}
	digest, err := InputDigest(d.Reconcile.Against)
	if err != nil {
		return nil, err
	}
	if err := d.checkOrigin(d.Reconcile.Against, digest, d.openPrevious); err != nil {
		return nil, err
	}
	b := &Previous{name: d.Reconcile.Against, known: map[string]earlier{}, more: map[string][]finding{}}
	read, err := d.readAnswers(b)
	switch {
	case err != nil:
		return nil, err
	case digest != "" && read != digest:
		return nil, &ChangedError{b.name}
	}
	if n := len(b.more); n > 0 {
		d.Log.Warn("{path} holds more than one answer for {questions|question|questions}; each answer is compared", "event", "previous_answers_differ", "path", b.name, "questions", n)
	}
	b.decide(read)
	if n := len(b.decisions.known); n > 0 {
		d.Log.Info("{questions|question|questions} in {path} were decided by people; the records they chose are looked up", "event", "previous_decisions", "questions", n, "path", b.name)
	}
	b.ask = d.In.Rows(&d.In.Columns).AskOwn // a question is known by what its own column holds
	return b, nil
}

// readAnswers reads the rows of a previous output, and returns the digest of what it
// has read.
func (d *Delivery) readAnswers(b *Previous) (digest string, _ error) {
	reader, prefix, err := d.openPrevious()
	if err != nil {
		return "", err
	}
	defer reader.Close()
	columns, err := d.previousColumns(reader.Header(), prefix)
	if err != nil {
		return "", previousError(b.name, err.Error(), fmt.Sprintf("name its column of %s like the input's: %q", d.In.Columns.Kind.Many, d.In.Columns.KeyName))
	}
	b.ask, b.keyName = d.In.Rows(&columns).AskOwn, columns.KeyName
	said, decided := d.foundColumns(reader.Header(), prefix), findDecisions(reader.Header(), prefix)
	for row, err := range reader.Rows() {
		if err != nil {
			return "", err
		}
		b.rows++
		found, ok, err := said.read(row)
		if err != nil {
			return "", b.explain(err)
		}
		if ok {
			b.learn(row, found, decided.read(row, found))
		}
	}
	return reader.Source().SHA256, nil
}

// previousColumns returns the columns that decide what the rows of a previous output
// ask.
func (d *Delivery) previousColumns(header []string, prefix string) (question.Columns, error) {
	header = slices.Clone(header)
	c := question.Columns{Kind: d.In.Columns.Kind, Ours: question.Ours{Mark: slices.Index(header, prefix+answer.ReasonsColumn), Choose: -1}}
	for _, ours := range question.Present(header, prefix, question.OutputNames(header, prefix)) {
		header[ours] = "" // holds no questions
	}
	err := d.findSame(&c, header)
	return c, err
}

// findSame finds in another header the columns that decide what a row asks: those
// that are named like the input's, else those that the header and the flags say.
func (d *Delivery) findSame(c *question.Columns, header []string) error {
	people, same := d.sameReading(header)
	switch {
	case d.In.Columns.People == nil:
		if c.Key = d.sameColumn(header, d.In.Columns.Key); c.Key < 0 {
			return c.FindKey(header, question.Options{Kind: c.Kind})
		}
		c.KeyName = header[c.Key]
		return nil
	case same:
		c.People = people
		c.KeyName = d.In.Columns.KeyName
		return nil
	}
	return c.FindKey(header, question.Options{Kind: c.Kind, Column: d.In.asking.Column, Evidence: d.In.asking.Evidence})
}

// sameReading returns how rows under another header say whom they are about, and
// whether it has a column for each of the input's.
func (d *Delivery) sameReading(header []string) (_ *question.PersonColumns, same bool) {
	if d.In.Columns.People == nil {
		return nil, false
	}
	same = true
	find := func(column int) int {
		found := d.sameColumn(header, column)
		same = same && found >= 0
		return found
	}
	people := &question.PersonColumns{Whole: -1, Evidence: question.EvidenceColumns{}}
	if whole := d.In.Columns.People.Whole; whole >= 0 {
		people.Whole = find(whole)
	}
	for kind, columns := range d.In.Columns.People.Evidence {
		for _, column := range columns {
			people.Evidence[kind] = append(people.Evidence[kind], find(column))
		}
	}
	return people, same
}

// sameColumn finds in another header the column that is named like a column of the
// input: at the same place, or the only one of that name; -1: not for certain.
func (d *Delivery) sameColumn(header []string, column int) int {
	name := strings.TrimSpace(d.In.Reader.Header()[column])
	var found []int
	for i, other := range header {
		if strings.TrimSpace(other) == name && name != "" {
			found = append(found, i)
		}
	}
	switch {
	case slices.Contains(found, column):
		return column
	case len(found) == 1:
		return found[0]
	}
	return -1
}

// openPrevious opens a previous output: its sheet of the input's name, if it has
// such an output, or the first one.
func (d *Delivery) openPrevious() (_ sheet.Reader, prefix string, _ error) {
	if name := d.In.Reader.Source().Sheet; name != "" {
		if reader, prefix, err := d.openOutput(d.Reconcile.Against, name); err == nil {
			return reader, prefix, nil
		}
	}
	return d.openOutput(d.Reconcile.Against, "")
}

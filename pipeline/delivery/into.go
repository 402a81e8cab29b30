package delivery

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Into says which output the input, a corrected report, is about.
type Into struct {
	Output string // path; it is replaced
	Sheet  string // of a workbook, by name or number; empty: the first visible one with something in it
}

// SheetsOf returns the sheet of the report that is read, and into with that of the output.
// A workbook may be its own report: then name is that of the report's sheet, Errors if it is empty.
func SheetsOf(report, name string, into *Into) (string, *Into) {
	if into == nil || !same(report, into.Output) || !isBook(report) {
		return name, into
	}
	return cmp.Or(name, into.Sheet, errorsSheet), &Into{Output: into.Output}
}

// isBook reports whether a file is named as a workbook.
func isBook(path string) bool {
	kind, err := sheet.KindOf(path)
	return err == nil && kind == sheet.XLSX
}

// isOwnReport reports whether the report is a sheet of the output.
func (q *Request) isOwnReport() bool { return q.Into != nil && same(q.Input, q.Into.Output) }

// intoTargets are the files of a run that fills an output in: it replaces the
// output and the report.
func (q *Request) intoTargets() Targets {
	report, stem := q.Errors, withoutEnding(cmp.Or(q.Errors, q.Input))
	switch {
	case !q.isOwnReport():
		report = cmp.Or(q.Errors, q.Input)
	case q.Errors == "":
		stem = strings.TrimSuffix(stem, resolvedStem) + ".errors"
	}
	return Targets{Output: q.Into.Output, Report: report, Summary: cmp.Or(q.Summary, stem+".summary.json")}
}

// checkInto refuses to replace anything but the output, the report and an old
// summary.
func (t Targets) checkInto(input string, kind sheet.Kind, force bool) error {
	own := kind == sheet.XLSX && same(t.Output, input)
	switch {
	case input == "-" || t.Output == "-" || t.Report == "-":
		return question.Usage("--into takes an output and a report that are files", "give the names of files instead of -")
	case same(t.Output, input) && !own || same(t.Output, t.Report):
		return question.Usage(t.Output+" is given for both the report and the output", "the command is loanmap resolve REPORT --into OUTPUT")
	case same(t.Summary, t.Output) || t.Report != "" && same(t.Summary, t.Report) || same(t.Summary, input):
		return question.Usage(t.Summary+" is given for two files", "give --summary another name")
	case t.Report != "" && !same(t.Report, input) && Exists(t.Report) && !force:
		return question.Usage(t.Report+" exists already", "leave out --errors to replace the report, or replace the other file with --force")
	}
	return nil
}

// correction fills the answers to a corrected report into an output.
type correction struct {
	*outputColumns
	path    string
	input   sheet.Reader // of the report
	reader  sheet.Reader // of the output
	writer  sheet.Writer
	kept    bool // the output is a workbook; only our columns in it change
	columns *question.Columns
	layout  *layout
	shared  sharedColumns
	files   []stamp // files that must not change meanwhile

	*alignment
	next   int               // row of the report
	number map[int]int       // place of a row, by its number in the output, from 0
	to     []int             // place, by row of the report
	filled []*answer.Outcome // by place; nil: the row stays as it is
	closed map[rowKey]bool   // keys of rows that are matched now
}

// correct finds the row of the output for each row of the report, and begins a
// new output.
func (d *Delivery) correct(t Targets) (_ *correction, err error) {
	c := &correction{path: t.Output, input: d.In.Reader, columns: &d.In.Columns, layout: &d.In.layout, number: map[int]int{}, closed: map[rowKey]bool{}}
	if c.files, err = stampsOf(d.Input, t.Output); err != nil {
		return nil, err
	}
	if err := d.readBoth(c); err != nil {
		return nil, err
	}
	c.to, c.filled = c.places(), make([]*answer.Outcome, len(c.output))
	if c.reader, _, err = d.openOutput(t.Output, d.Into.Sheet); err != nil {
		return nil, err
	}
	if c.writer, err = sheet.Create(d.target(t.Output), c.sheetLayout()); err != nil {
		c.reader.Close()
		return nil, err
	}
	return c, nil
}

// readBoth reads the traces of the rows of the report and of the output.
func (d *Delivery) readBoth(c *correction) error {
	if question.ReportColumns(d.In.Reader.Header()) == nil {
		return question.HeaderError(fmt.Sprintf("%s is not an error report: it lacks the columns %s and %s", d.Input, answer.LineColumn, answer.CodeColumn),
			"give the report of the run that wrote the output, with all of its columns")
	}
	reader, prefix, err := d.openOutput(c.path, d.Into.Sheet)
	if err != nil {
		return err
	}
	defer reader.Close()
	c.outputColumns = d.outputColumns(reader.Header(), prefix)
	if err := c.share(d.Input); err != nil {
		return err
	}
	if c.kept = reader.Source().Kind == sheet.XLSX; c.kept {
		if err := sheet.Keepable(sheet.Layout{Keep: reader, Replaced: c.ours, Header: c.header, Added: len(c.ours)}); err != nil {
			return err
		}
	}
	if kind, err := sheet.KindOf(c.path); err != nil || kind != reader.Source().Kind {
		return cmp.Or(err, error(question.Usage("the content of "+c.path+" does not fit its ending", "give it the right ending")))
	}
	if err := d.readReport(c); err != nil {
		return err
	}
	if err := c.readOutput(reader); err != nil {
		return err
	}
	if c.ofOtherRun() {
		return d.otherRun(c)
	}
	return nil
}

// sharedColumns are the columns that report and output have in common, without ours:
// they may be in another order, and the user may have added some.
type sharedColumns struct {
	report, output side
	asks           []bool // by index: the question is read from it, among others
	unique         []bool // no other column has its name, so it is found wherever it is moved
	whole          bool   // neither file has other columns
}

// side is where the shared columns are in one of the files, and where those are that
// ask.
type side struct{ columns, keys []int }

// share finds the columns that report and output have in common. Those by which the
// rows are asked for must be among them.
func (c *correction) share(report string) error {
	free := map[string][]int{}
	for _, column := range c.own {
		free[c.header[column]] = append(free[c.header[column]], column)
	}
	named := map[string]int{}
	for _, name := range c.layout.header {
		named[name] = max(named[name]+1, len(free[name]))
	}
	s := &c.shared
	for i, column := range c.layout.kept {
		if name := c.layout.header[i]; len(free[name]) > 0 {
			s.report.columns, s.output.columns = append(s.report.columns, column), append(s.output.columns, free[name][0])
			s.asks, s.unique = append(s.asks, c.columns.Asks(column)), append(s.unique, named[name] == 1)
			free[name] = free[name][1:]
		}
	}
	s.whole = len(s.report.columns) == len(c.layout.kept) && len(s.report.columns) == len(c.own)
	for _, key := range c.columns.Keys() {
		at := slices.Index(s.report.columns, key)
		if at < 0 {
			return question.HeaderError(fmt.Sprintf("%s lacks the column %q of %s", c.path, c.columns.KeyName, report),
				"give the report of the run that wrote the output, with the names of its columns unchanged")
		}
		s.report.keys, s.output.keys = append(s.report.keys, key), append(s.output.keys, s.output.columns[at])
	}
	return nil
}

// readReport reads the traces of the rows of the report.
func (d *Delivery) readReport(c *correction) error {
	header := d.In.Reader.Header()
	line, key := slices.Index(header, answer.LineColumn), slices.Index(header, answer.KeyColumn)
	reader, err := sheet.Open(d.Input, d.In.Options)
	if err != nil {
		return err
	}
	defer reader.Close()
	var report []trace
	for row, err := range reader.Rows() {
		if err != nil {
			return err
		}
		seen, _ := c.traceOf(row.Cells, &c.shared.report)
		seen.line, _ = strconv.Atoi(match.Clean(row.Cells[line])) // 0: none
		if key >= 0 {
			seen.key = readRowKey(row.Cells[key])
		}
		report = append(report, seen)
	}
	c.alignment = newAlignment(report)
	return d.In.CheckRead(reader.Source())
}

// traceOf returns the trace of a row of a file, and what its key columns ask.
func (c *correction) traceOf(cells []string, in *side) (_ trace, asks string) {
	var evidence, rest []string
	for i, column := range in.columns {
		switch {
		case c.shared.asks[i]:
			evidence = append(evidence, askedBy(cells[column]))
		case c.shared.unique[i]:
			rest = append(rest, cells[column])
		}
	}
	var s trace
	asks = askedBy(pick(cells, in.keys)...)
	s.asked, _ = question.DigestOf([]string{asks})
	s.evidence, _ = question.DigestOf(evidence)
	s.rest, s.noRest = question.DigestOf(rest)
	if c.shared.whole {
		s.cells, _ = question.DigestOf(pick(cells, in.columns))
	}
	return s, asks
}

// readOutput reads the traces of the rows of the output.
func (c *correction) readOutput(reader sheet.Reader) error {
	key, number := slices.Index(c.names, answer.KeyColumn), 0
	for row, err := range reader.Rows() {
		if err != nil {
			return err
		}
		found, _, err := c.found.read(row)
		if err != nil {
			return previousError(c.path, err.Error(), "fix the cell")
		}
		seen, asks := c.traceOf(row.Cells, &c.shared.output)
		seen.id = found.id
		if key >= 0 {
			if of := readRowKey(row.Cells[c.ours[key]]); of.holds(asks) {
				seen.key = of
			}
		}
		if place := c.add(seen); place != noPlace {
			c.number[number] = place
		}
		number++
	}
	return nil
}

// otherRun refuses a report of another run.
func (d *Delivery) otherRun(c *correction) error {
	reported := map[string]bool{}
	for _, row := range c.report {
		reported[row.key.run] = true
	}
	return question.Usage(
		fmt.Sprintf("%s is the report of %s, and %s is the output of %s", d.Input, runTime(d.Input, reported), c.path, runTime(c.path, c.runs)),
		"give the report that was written with this output, or the output that was written with the report",
	)
}

// runTime says when the run began that has written a file, by the summaries in its
// folder.
func runTime(path string, runs map[string]bool) string {
	for is := range accountsIn(filepath.Dir(path)) {
		if is.Run != "" && runs[is.Run] {
			return "the run of " + is.Started.Local().Format("15:04:05 on 2 January 2006")
		}
	}
	return "another run"
}

// sheetLayout is how the output is written anew.
func (c *correction) sheetLayout() sheet.Layout {
	if !c.kept {
		return sheet.Layout{Header: c.header, Format: c.reader.Source().Text.Format}
	}
	layout := sheet.Layout{
		Header: slices.Concat(pick(c.header, c.own), pick(c.header, c.ours)), Added: len(c.ours), Tints: tints,
		Keep: c.reader, Replaced: c.ours, Looks: make([]sheet.Look, len(c.own), len(c.header)),
	}
	for _, name := range c.names {
		layout.Looks = append(layout.Looks, outputLook(name))
	}
	return layout
}

// assign gives a matched row of the report its place, or a new outcome if no place is
// certain.
func (c *correction) assign(row *entry) error {
	if c.next == len(c.report) {
		return &ChangedError{"the report"}
	}
	reported, place := c.report[c.next], c.to[c.next]
	c.next++
	row.Line, row.key = reported.line, reported.key
	if row.outcome.Status() != match.Matched {
		return nil
	}
	id := row.outcome.ID(c.columns.Kind.OfLoans())
	if place != noPlace {
		at := c.output[place]
		if at.key != (rowKey{}) && (at.id == 0 || at.id == id) {
			c.closed[at.key] = true
		}
		switch at.id {
		case 0:
			c.filled[place] = row.outcome
			if reported.evidence != at.evidence {
				c.filled[place] = markCorrected(row.outcome)
			}
			return nil
		case id: // an earlier run has filled it in, and was killed before the report was replaced
			return nil
		}
	}
	lost := answer.New(answer.Verdict{Status: match.Ambiguous, Code: answer.CodeNotInOutput, Reasons: row.outcome.Verdict().Reasons}, "")
	lost.Propose(row.outcome.AsCandidate(c.columns.Kind.OfLoans()))
	row.outcome = &lost
	return nil
}

// markCorrected returns the outcome of a row that was corrected. One that was chosen
// says that it was.
func markCorrected(o *answer.Outcome) *answer.Outcome {
	v := o.Verdict()
	if v.Confidence == match.Chosen {
		return o
	}
	v.Reasons = answer.CorrectedReasons(v.Reasons)
	so := *o
	so.SetVerdict(v)
	return &so
}

// rewrite writes the output anew. Rows that are not filled in stay as they were.
func (c *correction) rewrite() error {
	number := 0
	for row, err := range c.reader.Rows() {
		if err != nil {
			return err
		}
		cells := slices.Clone(row.Cells)
		i, ok := c.number[number]
		filled := ok && c.filled[i] != nil
		if filled {
			if seen, _ := c.traceOf(row.Cells, &c.shared.output); seen.evidence != c.output[i].evidence || seen.rest != c.output[i].rest {
				return &ChangedError{c.path}
			}
			c.fill(cells, c.filled[i])
		}
		switch {
		case c.kept && filled:
			cells = slices.Concat(pick(cells, c.own), pick(cells, c.ours))
		case c.kept:
			cells = nil // the row stays as it is
		}
		if err := c.writer.Write(cells); err != nil {
			return err
		}
		number++
	}
	if c.next != len(c.report) {
		return &ChangedError{"the report"}
	}
	return unchanged(c.files)
}

// fill puts an answer into our cells of a row, which keeps its key: the report may
// come again.
func (c *correction) fill(cells []string, o *answer.Outcome) {
	columns := answer.EveryColumn()
	row := &answer.Row{Outcome: o, Page: c.layout.page, MadeUp: c.layout.madeUp}
	for i, place := range c.ours {
		cell := cells[place]
		at := slices.IndexFunc(columns, func(named answer.Column) bool { return named.Name == c.names[i] && named.Name != answer.KeyColumn })
		if at >= 0 {
			cell = columns[at].Value(row)
		}
		if !c.kept {
			cell = sheet.Guarded(cell)
		}
		cells[place] = cell
	}
}

// release closes the files that are to be replaced: some systems replace none
// that is open.
func (c *correction) release() {
	c.input.Close()
	c.reader.Close()
}

func (c *correction) abort() {
	c.writer.Abort()
	c.reader.Close()
}

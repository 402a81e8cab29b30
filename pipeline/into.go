package pipeline

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/match"
)

// Into says which output the input, a corrected report, is about.
type Into struct {
	Output string // path; it is replaced
	Sheet  string // of a workbook, by name or number; empty: the first visible one with something in it
}

// codeNotInOutput marks a row that is matched, and whose row in the output is
// not certain.
const codeNotInOutput match.Code = "not_in_output"

// intoTargets are the files of a run that fills an output in: it replaces the
// output and the report.
func (j *Job) intoTargets() targets {
	report := cmp.Or(j.Errors, j.Input)
	return targets{
		output: j.Into.Output, report: report,
		summary: cmp.Or(j.Summary, strings.TrimSuffix(report, filepath.Ext(report))+".summary.json"),
	}
}

// checkInto refuses to replace anything but the output, the report and an old
// summary.
func (t targets) checkInto(input string, force bool) error {
	switch {
	case input == "-" || t.output == "-" || t.report == "-" || t.summary == "-":
		return &TargetError{Problem: "a report is filled into an output where both are files", Hint: "give files, and not -"}
	case same(t.output, input) || same(t.output, t.report):
		return &TargetError{Problem: t.output + " is named for the report and for the output", Hint: "loanmap resolve REPORT --into OUTPUT"}
	case same(t.summary, t.output) || same(t.summary, t.report) || same(t.summary, input):
		return &TargetError{Problem: t.summary + " is named for two files", Hint: "give --summary another name"}
	case !same(t.report, input) && exists(t.report) && !force:
		return &TargetError{Problem: t.report + " exists already", Hint: "leave out --errors to replace the report, or replace the other file with --force"}
	}
	return nil
}

// correction fills what a corrected report has brought into an output.
type correction struct {
	*outputColumns
	path    string
	input   sheet.Reader // of the report
	reader  sheet.Reader // of the output
	writer  sheet.Writer
	kept    bool // the output is a workbook that stays as it is but for our columns
	columns *columns
	byLoan  bool    // loans are looked for, not customers
	files   []stamp // that must not change meanwhile

	report []standing
	next   int            // row of it
	rows   []standing     // of the output, those that may be in the report
	times  map[digest]int // how many rows of the output are of a kind
	number map[int]int    // index into rows, by the row's number in the output, from 0
	places []int          // index into rows, by row of the report
	filled []*outcome     // by index into rows; nil: stays as it is
}

// correct finds the row of the output for each row of the report, and begins a
// new output.
func (r *run) correct(t targets) (_ *correction, err error) {
	c := &correction{path: t.output, input: r.reader, columns: &r.columns, byLoan: systemKey(r.By) == loanpro.LoanID, times: map[digest]int{}, number: map[int]int{}}
	if c.files, err = stampsOf(r.Input, t.output); err != nil {
		return nil, err
	}
	if err := r.readReport(c); err != nil {
		return nil, err
	}
	if err := r.readOutput(c); err != nil {
		return nil, err
	}
	c.places = align(c.report, c.rows, c.times)
	c.filled = make([]*outcome, len(c.rows))
	if c.reader, _, err = r.openOutput(t.output, r.Into.Sheet); err != nil {
		return nil, err
	}
	if c.writer, err = sheet.Create(r.target(t.output), c.layout()); err != nil {
		c.reader.Close()
		return nil, err
	}
	return c, nil
}

// readReport reads what tells the rows of the report.
func (r *run) readReport(c *correction) error {
	at := slices.Index(r.reader.Header(), reportColumns[0])
	if at < 0 || reported(r.reader.Header()) == nil {
		return &ColumnError{
			Problem: fmt.Sprintf("%s is no error report: it lacks the columns %s and %s", r.Input, reportColumns[0], reportColumns[1]),
			Hint:    "give the report of the run that has written the output, with its columns left in",
		}
	}
	reader, err := sheet.Open(r.Input, r.inputOptions())
	if err != nil {
		return err
	}
	defer reader.Close()
	for row, err := range reader.Rows() {
		if err != nil {
			return err
		}
		told := r.columns.standing(row.Cells, r.columns.kept)
		told.line, _ = strconv.Atoi(match.Clean(row.Cells[at])) // 0: it says none
		c.report = append(c.report, told)
	}
	return r.checkRead(reader.Source())
}

// standing returns what tells a row, whose cells but for ours are in own.
func (c *columns) standing(cells []string, own []int) standing {
	var mended, others []string
	for i, column := range own {
		if c.mendable(c.kept[i]) {
			mended = append(mended, cells[column])
		} else {
			others = append(others, cells[column])
		}
	}
	var s standing
	s.own, s.bare = digestOf(others)
	s.key, _ = digestOf(mended)
	return s
}

// mendable reports whether a row's question is told from a column of the input.
func (c *columns) mendable(column int) bool {
	if c.people == nil {
		return column == c.key
	}
	if column == c.people.whole {
		return true
	}
	for _, columns := range c.people.evidence {
		if slices.Contains(columns, column) {
			return true
		}
	}
	return false
}

// readOutput reads what tells the rows of the output that a row of the report may
// be.
func (r *run) readOutput(c *correction) error {
	reader, prefix, err := r.openOutput(c.path, r.Into.Sheet)
	if err != nil {
		return err
	}
	defer reader.Close()
	c.outputColumns = r.outputColumns(reader.Header(), prefix)
	if own := pick(c.header, c.own); !slices.Equal(own, r.columns.header) {
		return &ColumnError{
			Problem: fmt.Sprintf("the %d columns of %s are not the %d of %s, each without loanmap's own", len(r.columns.header), r.Input, len(own), c.path),
			Hint:    "give the report of the run that has written the output, with its columns left as they are",
		}
	}
	if c.kept = reader.Source().Kind == sheet.XLSX; c.kept {
		if err := sheet.Keepable(sheet.Layout{Keep: reader, Replaced: c.ours, Header: c.header, Added: len(c.ours)}); err != nil {
			return err
		}
	}
	if kind, err := (sheet.Target{Path: c.path}).Kind(); err != nil || kind != reader.Source().Kind {
		return cmp.Or(err, error(&TargetError{Problem: c.path + " is not what its ending says", Hint: "give it the right ending"}))
	}
	return c.readRows(reader)
}

func (c *correction) readRows(reader sheet.Reader) error {
	lines, kinds := map[int]bool{}, map[digest]bool{}
	for _, row := range c.report {
		lines[row.line], kinds[row.own] = true, true
	}
	number := 0
	for row, err := range reader.Rows() {
		if err != nil {
			return err
		}
		found, _, err := c.said.read(row)
		if err != nil {
			return &PreviousError{c.path, err.Error(), "mend the cell"}
		}
		told := c.columns.standing(row.Cells, c.own)
		told.line, told.id = row.Line, found.id
		if kinds[told.own] {
			c.times[told.own]++
			if !found.matched() || lines[row.Line] || c.times[told.own] == 1 {
				c.number[number] = len(c.rows)
				c.rows = append(c.rows, told)
			}
		}
		number++
	}
	return nil
}

// layout is how the output is written anew.
func (c *correction) layout() sheet.Layout {
	if !c.kept {
		return sheet.Layout{Header: c.header, Format: c.reader.Source().Text.Format}
	}
	return sheet.Layout{
		Header: slices.Concat(pick(c.header, c.own), pick(c.header, c.ours)), Added: len(c.ours), Tints: tints,
		Keep: c.reader, Replaced: c.ours,
	}
}

// place gives a row of the report its place, if it is matched, and a new outcome
// where there is none that is certain.
func (c *correction) place(row *entry) error {
	if c.next == len(c.report) {
		return &changedError{"the report"}
	}
	told, place := c.report[c.next], c.places[c.next]
	c.next++
	row.Line = told.line
	if row.outcome.status() != match.Matched {
		return nil
	}
	id := row.outcome.id(c.byLoan)
	if place != nowhere {
		switch c.rows[place].id {
		case 0:
			c.filled[place] = row.outcome
			return nil
		case id: // an earlier run has filled it in, and was killed before the report was replaced
			return nil
		}
	}
	lost := say(verdict{status: match.Ambiguous, code: codeNotInOutput, reasons: row.outcome.verdict().reasons}, "")
	lost.propose(proposal{id: id})
	row.outcome = &lost
	return nil
}

// rewrite writes the output anew. Rows that are not filled in stay as they were.
func (c *correction) rewrite() error {
	number := 0
	for row, err := range c.reader.Rows() {
		if err != nil {
			return err
		}
		cells := slices.Clone(row.Cells)
		if i, ok := c.number[number]; ok && c.filled[i] != nil {
			if told := c.columns.standing(row.Cells, c.own); told.own != c.rows[i].own || told.key != c.rows[i].key {
				return &changedError{c.path}
			}
			c.fill(cells, c.filled[i])
		}
		if c.kept {
			cells = slices.Concat(pick(cells, c.own), pick(cells, c.ours))
		}
		if err := c.writer.Write(cells); err != nil {
			return err
		}
		number++
	}
	if c.next != len(c.report) {
		return &changedError{"the report"}
	}
	return unchanged(c.files)
}

// fill puts an answer into our cells of a row.
func (c *correction) fill(cells []string, o *outcome) {
	names, values := slices.Concat(ownColumns, loanColumns), o.append(nil)
	for i, column := range c.ours {
		cell := ""
		if at := slices.Index(names, c.names[i]); at >= 0 {
			cell = values[at]
		} else if c.columns.page != "" {
			cell = c.columns.pageOf(o)
		}
		if !c.kept {
			cell = sheet.Guarded(cell)
		}
		cells[column] = cell
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

package review

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"loanmap/pipeline/answer"
)

// Explanation is why a row was decided as it was: the row and its candidates.
type Explanation struct {
	Line    int
	Verdict answer.Verdict
	Advice  answer.Advice // if the row is not matched
	Cells   []Cell        // of the row
	Records []Record      // its first candidates, best first, or its match
	Values  bool          // cells and fields may be shown
}

// Write writes an explanation for people: the row, and for each record a line for each
// field that both have, with its sign, what it adds to the score, and what the record
// says. An error is one of out.
func (e *Explanation) Write(out io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "row %d is %s", e.Line, e.Verdict.Status)
	if why := joined("", string(e.Verdict.Code), string(e.Verdict.Confidence)); why != "" {
		fmt.Fprintf(&text, " (%s)", why)
	}
	if said := joined("; ", e.Advice.Message, e.Advice.Hint); said != "" {
		text.WriteString(": " + said)
	}
	text.WriteString("\n")
	if e.Values {
		for _, cell := range e.Cells {
			fmt.Fprintf(&text, "  %s: %s\n", cell.Name, cell.Text)
		}
	}
	for i := range e.Records {
		e.writeRecord(&text, i)
	}
	for line := range strings.Lines(text.String()) {
		if _, err := io.WriteString(out, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func (e *Explanation) writeRecord(text *strings.Builder, place int) {
	r := &e.Records[place]
	fmt.Fprintf(text, "\n%d. %d", place+1, r.ID)
	if r.Score > 0 {
		fmt.Fprintf(text, ", %d points", r.Score)
	}
	if r.Reasons != "" {
		text.WriteString(": " + answer.ReasonsInWords(r.Reasons))
	}
	text.WriteString("\n")
	table := tabwriter.NewWriter(text, 0, 0, 2, ' ', 0)
	reasons := answer.ReadReasons(r.Reasons)
	for i := range fields {
		f := &fields[i]
		how, _ := f.compared(reasons)
		value := f.value(r)
		if how == unknown && (value == "" || !e.Values) {
			continue
		}
		if !e.Values {
			value = ""
		}
		fmt.Fprintf(table, "   %s\t%s\t%s\t%s\n", f.label, signs[how], f.points(r), value)
	}
	_ = table.Flush() // into memory
}

// points is what a field adds to the score of a record; empty: it was not compared.
func (f *field) points(r *Record) string {
	sum, compared := 0, false
	for _, a := range r.Agreements {
		if slices.Contains(f.reasons, a.Field) {
			sum, compared = sum+a.Points, true
		}
	}
	if !compared {
		return ""
	}
	return fmt.Sprintf("%+d", sum)
}

package delivery

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// openOutput opens an output of ours: its sheet of that name, or the first one.
// It returns the prefix of our columns.
func (d *Delivery) openOutput(path, name string) (_ sheet.Reader, prefix string, _ error) {
	reader, err := sheet.Open(path, sheet.Options{
		Sheet: name, KnownHeaders: []string{answer.StatusColumn, question.FallbackPrefix + answer.StatusColumn, d.Prefix + answer.StatusColumn},
	})
	if err != nil {
		return nil, "", err
	}
	prefix, err = d.ourPrefix(reader.Header())
	if err != nil {
		reader.Close()
		hint := "give an output of loanmap resolve or loanmap reconcile"
		if several, ok := errors.AsType[*question.UsageError](err); ok {
			hint = several.Hint
		}
		return nil, "", previousError(path, err.Error(), hint)
	}
	return reader, prefix, nil
}

// ourPrefix finds in the header of an output what our columns begin with.
func (d *Delivery) ourPrefix(header []string) (string, error) {
	var found []string
	customers := false // it is an output of customers, which has no loan IDs
	for _, name := range header {
		prefix, ok := strings.CutSuffix(name, answer.StatusColumn)
		switch {
		case !ok:
		case d.foundColumns(header, prefix).id >= 0:
			found = append(found, prefix)
		default:
			customers = customers || question.OutputBlock(header, prefix) != nil
		}
	}
	switch {
	case len(found) == 0 && customers:
		return "", d.foundBy(anyCustomer)
	case len(found) == 0:
		return "", errors.New("it is not an output of loanmap: it lacks the column match_status or a column of IDs")
	}
	if d.Into != nil && slices.Contains(found, d.In.Columns.Prefix) { // all columns are compared later
		return d.In.Columns.Prefix, nil
	}
	return d.onePrefix(found)
}

// onePrefix returns which of several blocks of our columns is compared: the one that
// --prefix names, or the only one that the input does not have as its own columns.
func (d *Delivery) onePrefix(found []string) (string, error) {
	added := slices.DeleteFunc(slices.Clone(found), func(prefix string) bool {
		return slices.Contains(d.In.layout.header, prefix+answer.StatusColumn)
	})
	switch {
	case len(found) == 1:
		return found[0], nil
	case d.Prefix != "" && slices.Contains(found, d.Prefix):
		return d.Prefix, nil
	case len(added) == 1:
		return added[0], nil
	}
	return "", blocksError(found)
}

// blocksError refuses a sheet with the columns of several runs.
func blocksError(prefixes []string) *question.UsageError {
	names := make([]string, len(prefixes))
	for i, prefix := range prefixes {
		names[i] = fmt.Sprintf("%q", prefix+answer.StatusColumn)
	}
	named := slices.IndexFunc(prefixes, func(prefix string) bool { return prefix != "" })
	return question.Usage(
		"it holds the columns of several runs: "+strings.Join(names, ", "),
		fmt.Sprintf("choose one run with --prefix, such as --prefix %s, or remove the columns of the others", prefixes[max(named, 0)]),
	)
}

// foundColumns finds our columns in the header of an output.
func (d *Delivery) foundColumns(header []string, prefix string) *foundColumns {
	column := func(name string) int { return slices.Index(header, prefix+name) }
	return &foundColumns{status: column(answer.StatusColumn), id: column(d.In.Columns.Kind.Column), archived: column(answer.ArchivedColumn)}
}

// foundColumns are where a row says what was found for it; -1: it does not.
type foundColumns struct{ status, id, archived int }

// read returns what was found for a row, and false if it does not say. A row
// without a status says it by its ID alone: an empty cell says that there was
// none. Errors do not repeat what a cell holds.
func (c *foundColumns) read(row sheet.Row) (_ finding, said bool, _ error) {
	found := finding{rank: rankOf(match.Matched)}
	if c.status >= 0 {
		status := match.Clean(row.Cells[c.status])
		if status == "" {
			return finding{}, false, nil
		}
		if found.rank = rankOf(match.Status(status)); found.rank == 0 {
			return finding{}, false, fmt.Errorf("line %d has no valid match_status", row.Line)
		}
	} else if _, code := question.ReadCell(row.Cells[c.id]); code != "" && code != answer.CodeNotUTF8 {
		return finding{}, true, nil
	}
	if !found.matched() {
		return found, true, nil
	}
	if c.archived >= 0 {
		archived, err := strconv.ParseBool(match.Clean(row.Cells[c.archived]))
		found.archived, found.flagged = archived, err == nil
	}
	id, err := idIn(row, c.id)
	found.id = id
	return found, true, err
}

// idIn reads the system ID in a column of row.
func idIn(row sheet.Row, column int) (int64, error) {
	text := match.Clean(row.Cells[column])
	if _, is := question.Damage(row, column); is || !question.IsSystemID(text) {
		return 0, fmt.Errorf("line %d has no system ID in column %s", row.Line, question.ColumnLetter(column))
	}
	return strconv.ParseInt(text, 10, 64)
}

// outputColumns are what is in which column of an output.
type outputColumns struct {
	header []string
	found  *foundColumns
	own    []int
	ours   []int
	names  []string // of ours, without their prefix
}

func (d *Delivery) outputColumns(header []string, prefix string) *outputColumns {
	o := &outputColumns{header: header, found: d.foundColumns(header, prefix)}
	ours := question.OutputNames(header, prefix)
	for i, name := range header {
		if plain, ok := strings.CutPrefix(name, prefix); ok && slices.Contains(ours, plain) {
			o.ours, o.names = append(o.ours, i), append(o.names, plain)
		} else {
			o.own = append(o.own, i)
		}
	}
	return o
}

// pick returns some of cells.
func pick(cells []string, columns []int) []string {
	picked := make([]string, len(columns))
	for i, column := range columns {
		picked[i] = cells[column]
	}
	return picked
}

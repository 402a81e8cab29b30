package question

import (
	"fmt"
	"slices"

	"loanmap/pipeline/answer"
)

// Columns says which columns of the input decide what its rows ask.
type Columns struct {
	Kind    *Kind
	Key     int            // holds the questions; of names, the first of their columns
	KeyName string         // its header, or those of all columns of a name
	People  *PersonColumns // how rows say whom they are about; nil: they hold IDs
	Ours
}

// Options is what the command line says of the columns.
type Options struct {
	Kind     *Kind
	Column   string              // of the questions, by header, letter or number; empty: detected
	Evidence map[Evidence]string // columns of evidence, likewise
	Prefix   string              // of the added columns; empty: none unless it is needed
	Page     string              // template of the addresses of pages; empty: no such column
	MadeUp   bool                // a column says that the IDs are made up
	// HeaderGiven says that the user has said which row is the header, or that there is
	// none: the name of a column may then look like data.
	HeaderGiven bool
}

// Map finds out which columns of a header decide what its rows ask. It
// returns a *UsageError where that would be a guess.
func Map(header []string, a Options) (Columns, error) {
	c := Columns{Kind: a.Kind}
	if err := c.FindKey(header, a); err != nil {
		return Columns{}, err
	}
	if data := a.Kind.firstRow(header, c.Key); data >= 0 && !a.HeaderGiven {
		return Columns{}, HeaderError(
			fmt.Sprintf("the name of column %s looks like one of the %s, as if there were no header", ColumnLetter(data), a.Kind.Many),
			"if there is none, give --no-header, or insert a row of names; if this is the header, give its line with --header-row",
		)
	}
	var err error
	if c.Ours, err = findOurs(header, a.Prefix, answer.OutputColumns(a.added())); err != nil {
		return Columns{}, err
	}
	if slices.Contains(c.Dropped, c.Key) {
		return Columns{}, HeaderError(
			fmt.Sprintf("column %q was added by loanmap, and the output replaces it", c.KeyName),
			"choose another column with --column, or set --prefix",
		)
	}
	return c, nil
}

// FindKey finds the column of the IDs, or those that say who a row is about.
func (c *Columns) FindKey(header []string, a Options) (err error) {
	h := readHeader(header)
	if a.Kind.Agreement == ByPerson {
		if c.People, err = h.mapPeople(a); err != nil {
			return err
		}
		all := c.People.nameColumns()
		c.Key, c.KeyName = all[0], header[all[0]]
		for _, column := range all[1:] {
			c.KeyName += " + " + header[column]
		}
		return nil
	}
	if c.Key, err = h.findColumn(a.Kind, a.Column); err == nil {
		c.KeyName = header[c.Key]
	}
	return err
}

// added says which columns the output adds that others have not.
func (a *Options) added() answer.Optional {
	return answer.Optional{Loans: a.Kind.OfLoans(), Pages: a.Page != "", MadeUp: a.MadeUp}
}

// names reports whether the user has named a column of a kind of evidence.
func (a *Options) names(kind Evidence) bool {
	name := a.Evidence[kind]
	return name != "" && name != noColumn
}

// mapPeople finds the columns that say who a row is about. A column of whole
// names comes before columns of their parts, unless the user has named these.
func (h *header) mapPeople(a Options) (*PersonColumns, error) {
	found, err := h.mapEvidence(a.Evidence)
	if err != nil {
		return nil, err
	}
	r := &PersonColumns{Whole: -1, Evidence: found}
	whole := a.Kind.Headers.columns(h)
	named := a.names(lastName) || a.names(company)
	if a.Column == "" && len(whole) != 1 && (len(found[lastName]) > 0 || len(found[company]) > 0) || a.Column == "" && named {
		return r, nil
	}
	if r.Whole, err = h.findColumn(a.Kind, a.Column); err != nil {
		return nil, err
	}
	for _, part := range nameParts {
		if a.Evidence[part] == "" {
			delete(found, part)
		}
	}
	return r, nil
}

// Keys are the columns by which a person knows a question.
func (c *Columns) Keys() []int {
	if c.People != nil {
		return c.People.nameColumns()
	}
	return []int{c.Key}
}

// Asks reports whether a row's question is read from a column.
func (c *Columns) Asks(column int) bool {
	if slices.Contains(c.Keys(), column) {
		return true
	}
	if c.People == nil {
		return false
	}
	for _, columns := range c.People.Evidence {
		if slices.Contains(columns, column) {
			return true
		}
	}
	return false
}

package pipeline

import (
	"fmt"
	"slices"

	"loanmap/pipeline/answer"
)

// columns says which columns of the input decide what its rows ask.
type columns struct {
	kind    *kind
	key     int      // holds the questions; of names, the first of their columns
	keyName string   // its header, or those of all columns of a name
	people  *reading // how rows say whom they are about; nil: they hold IDs
	ours
}

// asking is what the command line says of the columns.
type asking struct {
	kind     *kind
	column   string              // of the questions, by header, letter or number; empty: detected
	evidence map[Evidence]string // columns of evidence, likewise
	prefix   string              // of the added columns; empty: none unless it is needed
	page     string              // template of the addresses of pages; empty: no such column
}

// mapColumns finds out which columns of a header decide what its rows ask. It
// returns a *UsageError where that would be a guess.
func mapColumns(header []string, a asking) (columns, error) {
	c := columns{kind: a.kind}
	if err := c.findKey(header, a); err != nil {
		return columns{}, err
	}
	var err error
	if c.ours, err = findOurs(header, a.prefix, answer.OutputColumns(a.kind.ofLoans(), a.page != "")); err != nil {
		return columns{}, err
	}
	if slices.Contains(c.dropped, c.key) {
		return columns{}, headerError(
			fmt.Sprintf("column %q is one of loanmap's own, which the output replaces", c.keyName),
			"choose another column with --column, or set --prefix",
		)
	}
	return c, nil
}

// findKey finds the column of the IDs, or those that say who a row is about.
func (c *columns) findKey(header []string, a asking) (err error) {
	if a.kind.agreement == byPerson {
		if c.people, err = mapPeople(header, a); err != nil {
			return err
		}
		all := c.people.nameColumns()
		c.key, c.keyName = all[0], header[all[0]]
		for _, column := range all[1:] {
			c.keyName += " + " + header[column]
		}
		return nil
	}
	if c.key, err = findColumn(header, a.kind, a.column); err == nil {
		c.keyName = header[c.key]
	}
	return err
}

// mapPeople finds the columns that say who a row is about. A column of whole
// names comes before columns of their parts, unless the user has named these.
func mapPeople(header []string, a asking) (*reading, error) {
	found, err := mapEvidence(header, a.evidence)
	if err != nil {
		return nil, err
	}
	r := &reading{whole: -1, evidence: found}
	whole := matching(header, a.kind.headers)
	named := a.evidence[lastName] != "" || a.evidence[company] != ""
	if a.column == "" && len(whole) != 1 && (len(found[lastName]) > 0 || len(found[company]) > 0) || a.column == "" && named {
		return r, nil
	}
	if r.whole, err = findColumn(header, a.kind, a.column); err != nil {
		return nil, err
	}
	for _, part := range nameParts {
		if a.evidence[part] == "" {
			delete(found, part)
		}
	}
	return r, nil
}

// keys are the columns by which a person knows a question.
func (c *columns) keys() []int {
	if c.people != nil {
		return c.people.nameColumns()
	}
	return []int{c.key}
}

// asks reports whether a row's question is read from a column.
func (c *columns) asks(column int) bool {
	if slices.Contains(c.keys(), column) {
		return true
	}
	if c.people == nil {
		return false
	}
	for _, columns := range c.people.evidence {
		if slices.Contains(columns, column) {
			return true
		}
	}
	return false
}

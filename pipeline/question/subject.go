package question

import (
	"slices"
	"strings"
)

// What columns say in addition to the kinds of evidence.
const (
	WholeName Evidence = "name" // the whole name of whom the row is about
	OwnKey    Evidence = "key"  // the ID by which the row asks
)

// Subjects returns what each column of a header says; empty: nothing that is compared. A
// column of social security numbers is named as such in every input: it is never shown
// whole.
func (c *Columns) Subjects(header []string) []Evidence {
	subjects := make([]Evidence, len(header))
	for _, column := range evidenceHeaders[ssn].columns(readHeader(header)) {
		subjects[column] = ssn
	}
	for column, name := range header {
		if namesSSN(name) {
			subjects[column] = ssn
		}
	}
	switch {
	case c.People != nil:
	case c.Kind == CustomIDs:
		subjects[c.Key] = customID
	case c.Kind == Emails:
		subjects[c.Key] = email
	default:
		subjects[c.Key] = OwnKey
	}
	if c.People == nil {
		return subjects
	}
	for kind, columns := range c.People.Evidence {
		for _, column := range columns {
			subjects[column] = kind
		}
	}
	if c.People.Whole >= 0 {
		subjects[c.People.Whole] = WholeName
	}
	return subjects
}

// namesSSN reports whether the name of a column may be that of social security numbers,
// also of those of a co-borrower, which are no evidence.
func namesSSN(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' })
	return slices.ContainsFunc(words, func(word string) bool {
		named := strings.HasPrefix(word, "ssn") || strings.HasSuffix(word, "ssn") && word != "assn" // an association
		return named || word == "social" || word == "itin"
	})
}

package review

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Card is an open question with the records from which a person chooses. Rows that ask the
// same are one card.
type Card struct {
	Own        question.Question  // what the rows' own cells ask
	Lines      []int              // of the rows in the input, as far as the report says them
	Code       match.Code         // why the rows are open
	Cells      []Cell             // of the first row that say something
	Candidates []answer.Candidate // that the report shows, best first
	added      []int64            // system IDs of records that the person has added
}

// Cell is a cell of the input's own columns.
type Cell struct {
	Name    string
	Text    string // social security numbers are masked
	Subject question.Evidence
}

// Record is a candidate, read from LoanPro and compared with the row.
type Record = question.ComparedRecord

// IDs returns the system IDs of the records from which a person chooses.
func (c *Card) IDs() []int64 {
	ids := make([]int64, 0, len(c.Candidates)+len(c.added))
	for _, candidate := range c.Candidates {
		ids = append(ids, candidate.ID)
	}
	return append(ids, c.added...)
}

// Deck takes cards in the order of the rows. It returns them with those first that have
// candidates, and by code in the order of the table of codes; equal questions are one card.
func Deck(cards []*Card) []*Card {
	byName := map[string]*Card{}
	var deck []*Card
	for _, c := range cards {
		name := c.Own.Name()
		if first := byName[name]; first != nil {
			first.Lines = append(first.Lines, c.Lines...)
			continue
		}
		byName[name] = c
		deck = append(deck, c)
	}
	slices.SortStableFunc(deck, func(a, b *Card) int {
		return cmp.Or(cmp.Compare(b.offers(), a.offers()), cmp.Compare(answer.Order(a.Code), answer.Order(b.Code)))
	})
	return deck
}

// offers is 1 if there is a candidate, else 0.
func (c *Card) offers() int { return min(len(c.Candidates), 1) }

// CellsOf returns the cells of a row that say something. Social security numbers are
// masked to their last four digits.
func CellsOf(header, cells []string, subjects []question.Evidence, columns []int) []Cell {
	var list []Cell
	for _, column := range columns {
		cell := Cell{Name: header[column], Text: match.Clean(cells[column]), Subject: subjects[column]}
		if cell.Text == "" {
			continue
		}
		if cell.Subject == ssnField {
			cell.Text = maskedSSN(cell.Text)
		}
		cell.Text = ssnForm.ReplaceAllString(cell.Text, mask+"$1")
		list = append(list, cell)
	}
	return list
}

// ssnField is what columns of social security numbers say.
const ssnField question.Evidence = "ssn"

// mask takes the place of the first digits of a social security number.
const mask = "•••-••-"

// ssnForm is a whole social security number as people write it, in any cell.
var ssnForm = regexp.MustCompile(`\b[0-9]{3}[- .][0-9]{2}[- .]([0-9]{4})\b`)

// maskedSSN returns a social security number without what is secret. What cannot be read
// as one is not shown at all.
func maskedSSN(text string) string {
	last := match.ReadSSN4(text)
	if last == "" {
		return strings.Repeat("•", 4)
	}
	return mask + last
}

package rows

// Look is how a column of a workbook looks, and what its cells offer. A text file has none
// of it.
type Look struct {
	Ours bool // its name has the color of added columns
	// Width is the most characters in a line: longer cells are wrapped. 0: cells are not
	// wrapped.
	Width int
	Spare bool // the column is hidden if all of its cells are empty
	// Link returns the address that a cell leads to, or "". Nil: the column has no links.
	Link func(cell string) string
	// Offers are the first and last column, from 1, whose cells of the same row a cell
	// offers in a drop-down. Zero: none.
	Offers [2]int
	Prompt string // shown at a cell that offers something
}

// Address returns the address that a cell leads to; empty: none.
func (l *Layout) Address(column int, cell string) string {
	if column >= len(l.Looks) || l.Looks[column].Link == nil || cell == "" {
		return ""
	}
	return l.Looks[column].Link(cell)
}

// Look returns the look of a column. Without looks, the last Added columns are ours.
func (l *Layout) Look(column int) Look {
	if column < len(l.Looks) {
		return l.Looks[column]
	}
	return Look{Ours: column >= len(l.Header)-l.Added}
}

package loanpro

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// lifecycle holds the fields that say whether a record is live. Which of them
// the index holds is not documented. A record whose flags are unclear counts as
// not live: people see it, but it is never a match.
type lifecycle struct {
	Archived   flag     `json:"archived"`
	Deleted    flag     `json:"deleted"`
	DeletedAt  dateSet  `json:"deletedAt"`
	Inactive   inactive `json:"active"` // 0 once deleted, not when archived (seen in public code)
	Temporary  flag     `json:"temporary"`
	Temporary2 flag     `json:"temporaryAccount"`
	Temporary3 flag     `json:"__temporary"`
}

func (l *lifecycle) deleted() bool   { return bool(l.Deleted) || bool(l.DeletedAt) || bool(l.Inactive) }
func (l *lifecycle) temporary() bool { return bool(l.Temporary || l.Temporary2 || l.Temporary3) }

// inactive is set if active means no or is unclear.
type inactive bool

func (i *inactive) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	value, err := readTruth(from)
	*i = value == no || value == unclear
	return err
}

// dateSet is set if there is a date. Null dates do not count:
// /Date(-62169984000)/ is the year 0 (LoanPro docs), and LoanPro has no events
// from 1970 or earlier.
type dateSet bool

func (m *dateSet) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	raw, err := from.ReadValue()
	value := truthOf(raw)
	*m = dateSet((value == yes || value == unclear) && !nullDate(unquoted(raw)))
	return err
}

// nullDate reports whether text is a date in 1970 or earlier: in seconds or
// milliseconds since then, or by its year.
func nullDate(text string) bool {
	if inside, ok := strings.CutPrefix(text, "/Date("); ok {
		text = strings.TrimSuffix(inside, ")/")
		if zone := strings.LastIndexAny(text, "+-"); zone > 0 {
			text = text[:zone]
		}
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n <= 0
	}
	year, _, dated := strings.Cut(strings.TrimPrefix(text, "-"), "-")
	n, err := strconv.Atoi(year)
	return dated && err == nil && len(year) == 4 && n <= 1970
}

// Marks returns what people call the state of a record that is not simply live:
// archived, deleted, temporary.
func (h *Hit) Marks() []string {
	var marks []string
	for _, mark := range []struct {
		is   bool
		text string
	}{{h.Archived, "archived"}, {h.Deleted, "deleted"}, {h.Temporary, "temporary"}} {
		if mark.is {
			marks = append(marks, mark.text)
		}
	}
	return marks
}

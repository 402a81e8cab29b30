package loanpro

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// life is what a document says of whether its record is live. Which of these
// fields the index holds is not documented. A record whose flags cannot be read
// is not live: it is shown to a person, and never taken.
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

// inactive is set where active says no, or cannot be read.
type inactive bool

func (i *inactive) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	said, err := readTruth(from)
	*i = said == no || said == unclear
	return err
}

// moment is set where a date is given. Null dates do not count:
// /Date(-62169984000)/ is the year 0 (LoanPro docs), and nothing of LoanPro
// happened in 1970 or before.
type dateSet bool

func (m *dateSet) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	raw, err := from.ReadValue()
	said := truthOf(raw)
	*m = dateSet((said == yes || said == unclear) && !nullDate(unquoted(raw)))
	return err
}

// nullDate reports whether text is a date that is no later than 1970: in
// seconds or milliseconds since then, or by its year.
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

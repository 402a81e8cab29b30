package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Settings say how an index treats texts and which queries it accepts. The zero
// Settings are those of a plain index.
type Settings struct {
	Mapping         Mapping  // how texts are indexed; "" means "text"
	IgnoreAbove     int      // do not index longer texts, see [Code]; 0 means no limit
	NGrams          int      // index [Key] fields as parts of 3 to this many characters; 0 means whole
	ClauseLimit     int      // most clauses of a whole query; 0 means 1,024 in any one bool
	TermsLimit      int      // most values of one terms query; 0 means no limit
	RefuseForms     []string // reject queries with one of these forms, see [Query.Forms]
	IgnoreFuzziness bool     // a query_string reads word~ as word
	Ranges          string   // how a range of numbers is read; "" means as numbers
}

// The values of Settings.Ranges. That an index misreads a range is assumed.
const (
	RangesIgnored = "ignored" // it finds all documents
	RangesEmpty   = "empty"   // it finds none
	RangesAsText  = "text"    // it compares numbers as texts: 9 is above 10
)

// Check returns an error that names the first bad setting and its values.
func (s *Settings) Check() error {
	return cmp.Or(
		oneOf("mapping", cmp.Or(s.Mapping, mappingText), mappingText, mappingKeyword, mappingLowercase, mappingTextKeyword, mappingFolded),
		notNegative("ignore above", s.IgnoreAbove), s.checkNGrams(),
		oneOf("ranges", cmp.Or(s.Ranges, RangesIgnored), RangesIgnored, RangesEmpty, RangesAsText),
		notNegative("clause limit", s.ClauseLimit), notNegative("terms limit", s.TermsLimit),
		s.checkForms(),
	)
}

func (s *Settings) checkNGrams() error {
	if s.NGrams == 0 || s.NGrams >= minNGram {
		return nil
	}
	return fmt.Errorf("n-grams %d: give %d or more, or 0 for none", s.NGrams, minNGram)
}

func (s *Settings) checkForms() error {
	for _, name := range s.RefuseForms {
		if err := oneOf("form of query", name, formNames()...); err != nil {
			return err
		}
	}
	return nil
}

// accept checks a query against the limits.
func (s *Settings) accept(c cost) error {
	if s.ClauseLimit > 0 && c.clauses > s.ClauseLimit {
		return tooManyClauses(s.ClauseLimit)
	}
	if s.TermsLimit > 0 && c.values > s.TermsLimit {
		return &Error{"illegal_argument_exception",
			fmt.Sprintf("The number of terms has exceeded the allowed maximum of [%d]", s.TermsLimit)}
	}
	return nil
}

func oneOf[T ~string](name string, got T, want ...T) error {
	if slices.Contains(want, got) {
		return nil
	}
	return fmt.Errorf("%s %v: give one of %s", name, got, strings.Trim(fmt.Sprint(want), "[]"))
}

func notNegative(name string, got int) error {
	if got >= 0 {
		return nil
	}
	return fmt.Errorf("%s %d: give 0 or more", name, got)
}

package review

import (
	"fmt"
	"slices"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// field is one row of the table of fields: what the row and the records say of one thing,
// and which reasons say how the two agree. A new kind of evidence is a new row.
type field struct {
	label    string
	subjects []question.Evidence // of the row's cells
	reasons  []string            // that a comparison has of the field, without sign and manner
	value    func(*Record) string
}

// fields is the table of fields, in the order in which a card shows them.
var fields = []field{
	{"Name", []question.Evidence{question.WholeName, "first", "middle", "last", "suffix", "company"}, []string{"name", "middle", "suffix", "company"}, nameOf},
	{"Birth date", []question.Evidence{"birth"}, []string{"dob"}, birthOf},
	{"SSN", []question.Evidence{ssnField}, []string{"ssn4"}, func(r *Record) string { return maskIfAny(r.SSN) }},
	{"Email", []question.Evidence{"email"}, []string{"email"}, func(r *Record) string { return r.Email }},
	{"Phone", []question.Evidence{"phone"}, []string{"phone"}, func(r *Record) string { return r.Phone }},
	{"ZIP code", []question.Evidence{"zip"}, []string{"zip"}, func(r *Record) string { return r.Zip }},
	{"City", nil, nil, func(r *Record) string { return joined(", ", r.City, r.State) }},
	{"Customer number", []question.Evidence{"custom-id"}, []string{"custom_id"}, func(r *Record) string { return r.CustomID }},
	{"Loan", []question.Evidence{"loan"}, []string{"loan"}, func(*Record) string { return "" }},
	{"ID", []question.Evidence{question.OwnKey}, []string{"display_id", "system_id"}, func(r *Record) string { return r.DisplayID }},
	{"Status", nil, nil, func(r *Record) string { return answer.StatusText(r.Status, r.Marks()...) }},
	{"Customers", nil, nil, func(r *Record) string { return joined("; ", customersOf(r)...) }},
}

func nameOf(r *Record) string {
	text := joined(" ", r.First, r.Middle, r.Last)
	if text == "" {
		text = r.Name
	}
	return joined(", ", text, r.Suffix, without(r.Company, text))
}

// without returns text, or "" if it is the same as another one.
func without(text, other string) string {
	if strings.EqualFold(text, other) {
		return ""
	}
	return text
}

func birthOf(r *Record) string {
	day := match.ReadBirth(r.Birth)
	if day == (match.Date{}) {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", day.Year, day.Month, day.Day)
}

func maskIfAny(ssn string) string {
	if ssn == "" {
		return ""
	}
	return maskedSSN(ssn)
}

// customersOf returns the customers of a loan.
func customersOf(r *Record) []string {
	var names []string
	for _, c := range r.Customers {
		name := joined(" ", answer.IDText(c.ID), c.Name)
		if c.Role == loanpro.PrimaryRole {
			name += " (primary)"
		}
		names = append(names, name)
	}
	return names
}

// joined joins the texts that are not empty.
func joined(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), separator)
}

// agreement is how a record agrees with the row in a field, as pages name it.
type agreement string

const (
	unknown agreement = ""
	same    agreement = "same"
	near    agreement = "near"
	differs agreement = "differs"
	rejects agreement = "rejects" // so different that the record is not the one
)

// sign is how an agreement begins, so that color is not all that shows it.
var signs = map[agreement]string{same: "✓", near: "≈", differs: "≠", rejects: "✗"}

// agreementOf returns how a reason in its compact form agrees.
func agreementOf(reason string) agreement {
	_, manner, _ := strings.Cut(strings.TrimSuffix(reason, ")"), "(")
	switch {
	case strings.HasPrefix(reason, "-"):
		return rejects
	case strings.HasPrefix(reason, "~"):
		return differs
	case manner == "" || manner == "A" || manner == "exact":
		return same
	}
	return near
}

// compared returns how a record agrees with the row in a field, and why in words.
func (f *field) compared(reasons []string) (agreement, string) {
	worst, order := unknown, []agreement{unknown, same, near, differs, rejects}
	var words []string
	for _, reason := range reasons {
		name, _, _ := strings.Cut(strings.TrimLeft(reason, "+~-"), "(")
		if !slices.Contains(f.reasons, name) {
			continue
		}
		words = append(words, answer.ReasonsInWords(reason))
		if is := agreementOf(reason); slices.Index(order, is) > slices.Index(order, worst) {
			worst = is
		}
	}
	return worst, strings.Join(words, "; ")
}

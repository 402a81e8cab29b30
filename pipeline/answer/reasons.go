package answer

import (
	"strings"

	"loanmap/pipeline/match"
)

// The compact form of reasons, such as "by: +name(A) ~phone", is for code: verdicts and
// the journal hold it. Outputs and reports hold the same reasons in words, such as
// "same name; phone differs". Outputs of earlier versions hold the compact form.

// CorrectedReason is the first of the reasons of a row that was matched by what a
// person has corrected. The row's own cells do not say that in the output.
const CorrectedReason = "+corrected"

// DamagedReason marks a damaged ID in an output, so that a later run does not take
// it for a sound one when the output is its input.
const DamagedReason = "-damaged_in_sheet"

// CorrectedReasons returns the reasons of a row that a person has corrected.
func CorrectedReasons(reasons string) string {
	return compactPrefix + " " + CorrectedReason + strings.TrimPrefix(reasons, compactPrefix)
}

// compactPrefix begins reasons in their compact form.
const compactPrefix = "by:"

// wording is a row of the table of reasons.
type wording struct{ compact, words string }

// reasonTable is the table of reasons: every reason that a verdict can have. Both of its
// columns hold a text once only, because reasons are read back from either.
var reasonTable = append([]wording{
	{"+chosen", "chosen by a person"},
	{"+candidate", "one of the candidates"},
	{"+insisted", "insisted on by a person"},
	{CorrectedReason, "corrected by a person"},
	{DamagedReason, "damaged in the sheet"},
	{"-deleted", "deleted in LoanPro"},

	{"+system_id", "same system ID"},
	{"-system_id", "system ID differs"},
	{"+customer", "customer of the loan"},
	{"-customer", "not a customer of the loan"},

	{"+name(A)", "same name"},
	{"+name(B:nickname)", "same name but for a nickname"},
	{"+name(B:initial)", "same name but for an initial"},
	{"+name(B:joined)", "same name but for a space"},
	{"+name(B:surname)", "same name but for part of the surname"},
	{"+name(B:one word)", "same name of one word"},
	{"+name(B:order)", "same name in another order"},
	{"+name(B:typo)", "same name but for a typo"},
	{"+name(B:letters)", "same name in other letters"},
	{"+name(B:legal form)", "same name but for the legal form"},
	{"+name(C)", "similar name"},
	{"~name", "same given name but another surname"},
	{"~name(part)", "only one part of the name is similar"},
	{"-name", "name differs"},

	{"+suffix", "same suffix"},
	{"-suffix", "suffix differs"},
	{"+middle", "same middle name"},
	{"~middle", "middle names differ but begin alike"},
	{"-middle", "middle name differs"},
	{"+company", "both companies"},
	{"-company", "another company or a person"},
	{"+loan", "same loan"},
	{"-loan", "loan of another customer"},
	{"+custom_id", "same customer number"},
	{"-custom_id", "customer number differs"},
	{"+ssn4", "same SSN"},
	{"~ssn4", "SSN nearly the same"},
	{"~ssn4(other)", "SSN differs but is outweighed"},
	{"-ssn4", "SSN differs"},
	{"+dob", "same birth date"},
	{"~dob", "birth date nearly the same"},
	{"~dob(other)", "birth date differs but is outweighed"},
	{"-dob", "birth date differs"},
	{"+email", "same email"},
	{"~email", "email differs"},
	{"+phone", "same phone"},
	{"~phone", "phone differs"},
	{"+zip", "same ZIP code"},
	{"~zip", "ZIP code differs"},
}, idWordings()...)

// idWordings are the reasons of rows that ask by an ID of the lender's own.
func idWordings() []wording {
	var list []wording
	for _, id := range []wording{{"display_id", "display ID"}, {"custom_id", "custom ID"}, {"email", "email address"}} {
		for _, how := range []wording{
			{"exact", ""}, {"case", " but for case"}, {"loose", " but for spaces or dashes"},
			{"repaired", " but for damage by a spreadsheet"}, {"number", " as a number"},
		} {
			list = append(list, wording{"+" + id.compact + "(" + how.compact + ")", "same " + id.words + how.words})
		}
	}
	return append(list, wording{"-display_id", "display ID differs"}, wording{"-email", "email address differs"})
}

var wordsOf, compactOf = func() (words, compact map[string]string) {
	words, compact = map[string]string{}, map[string]string{}
	for _, w := range reasonTable {
		words[w.compact], compact[strings.ToLower(w.words)] = w.words, w.compact
	}
	return words, compact
}()

// ReasonsInWords takes reasons in their compact form, and returns them as outputs and
// reports hold them.
func ReasonsInWords(reasons string) string {
	if words, ok := wordsOf[strings.TrimPrefix(reasons, compactPrefix+" ")]; ok { // as most rows of loans
		return words
	}
	list := splitCompact(reasons)
	for i, reason := range list {
		if words, ok := wordsOf[reason]; ok {
			list[i] = words
		}
	}
	return strings.Join(list, "; ")
}

// ReadReasons takes reasons in words or in their compact form, and returns each in its
// compact form. It leaves out what is neither.
func ReadReasons(cell string) []string {
	var list []string
	for part := range strings.SplitSeq(cell, ";") {
		part = match.Clean(part)
		if reason, ok := compactOf[strings.ToLower(part)]; ok {
			list = append(list, reason)
			continue
		}
		for _, reason := range splitCompact(part) {
			if _, ok := wordsOf[reason]; ok {
				list = append(list, reason)
			}
		}
	}
	return list
}

// splitCompact splits reasons in their compact form. A reason begins with its sign, and
// may hold a blank.
func splitCompact(reasons string) []string {
	var list []string
	for word := range strings.FieldsSeq(strings.TrimPrefix(reasons, compactPrefix)) {
		if len(list) > 0 && !strings.ContainsAny(word[:1], "+~-") {
			list[len(list)-1] += " " + word
			continue
		}
		list = append(list, word)
	}
	return list
}

package answer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unique"

	"loanmap/pipeline/match"
)

// Outcome is the answer to a question, or to a row that asks none. A run keeps
// one for every question that it has asked, so an outcome is small.
type Outcome struct {
	shared unique.Handle[Verdict]
	Found  Found   // when matched
	detail *Detail // nil if there is none
}

// Verdict is the part of an outcome that many outcomes share.
type Verdict struct {
	Status     match.Status
	Code       match.Code          // empty when matched
	Confidence match.Confidence    // empty unless matched
	Reasons    string              // of match.Verdict, in their compact form
	Helps      match.EvidenceKinds // evidence that the candidates have and the row lacks
	LoanStatus string              // of a matched loan
	Archived   bool                // the matched loan is archived
}

// Found is what the output says of a matched record.
type Found struct {
	Loan, Customer int64  // system IDs; 0 where there is none, or no customer that is the loan's own
	Value          string // the display ID, or the customer's name
}

// Detail is the part of an outcome that few outcomes have.
type Detail struct {
	Others     []int64     // a loan's other customers
	Candidates []Candidate // best first; when not matched
	Message    string      // takes the place of the code's message; empty: it does not
}

// Candidate is a record from which a person may choose.
type Candidate struct {
	ID    int64 // system ID
	Score int   // 1 to 100; 0: none
	// Name and Place, city and state, are those of a customer, as LoanPro has them. A loan
	// has the name of its customer, and its own Status. Empty: not known.
	Name, Place, Status string
}

// MaxCandidates is how many candidates loanmap proposes for a row.
const MaxCandidates = 5

// New returns an outcome without a record. An empty message leaves the
// message to the code.
func New(v Verdict, message string) Outcome {
	o := Outcome{shared: unique.Make(v)}
	if message != "" {
		o.detail = &Detail{Message: message}
	}
	return o
}

// Of returns the outcome of a code, with the status that the code has.
func Of(c match.Code, message string) Outcome {
	return New(Verdict{Status: codesByName[c].status, Code: c}, message)
}

// Failed returns the outcome of a question that LoanPro did not answer.
func Failed(err error) Outcome { return Of(codeFailed, err.Error()) }

// Verdict returns the shared part of the outcome; the zero value before there is an
// answer.
func (o *Outcome) Verdict() Verdict {
	if o.shared == (unique.Handle[Verdict]{}) {
		return Verdict{}
	}
	return o.shared.Value()
}

// Handle identifies the shared part: outcomes that say the same have the same handle.
func (o *Outcome) Handle() unique.Handle[Verdict] { return o.shared }

// SetVerdict replaces the shared part of the outcome.
func (o *Outcome) SetVerdict(v Verdict) { o.shared = unique.Make(v) }

// Status returns the status of the outcome; empty before there is an answer.
func (o *Outcome) Status() match.Status { return o.Verdict().Status }

// Code returns the code of the outcome; empty when it is matched.
func (o *Outcome) Code() match.Code { return o.Verdict().Code }

// Details returns the rest of the outcome. The caller must not change it.
func (o *Outcome) Details() Detail {
	if o.detail == nil {
		return Detail{}
	}
	return *o.detail
}

// ID returns the system ID of the loan that was found, or of the customer; 0: none.
func (o *Outcome) ID(ofLoan bool) int64 {
	if ofLoan {
		return o.Found.Loan
	}
	return o.Found.Customer
}

// rest returns the detail to be changed.
func (o *Outcome) rest() *Detail {
	if o.detail == nil {
		o.detail = new(Detail)
	}
	return o.detail
}

// SetMessage has the outcome say message in place of the code's message.
func (o *Outcome) SetMessage(message string) { o.rest().Message = message }

// SetOthers notes the other customers of a matched loan.
func (o *Outcome) SetOthers(customers []int64) {
	if len(customers) > 0 {
		o.rest().Others = customers
	}
}

// Propose adds a candidate, unless it is known or there is no room for it.
func (o *Outcome) Propose(c Candidate) {
	if d := o.rest(); len(d.Candidates) < MaxCandidates {
		d.add(c)
	}
}

// ProposeAll adds candidates that are not known yet. A person's own choice may be
// one more than MaxCandidates.
func (o *Outcome) ProposeAll(candidates []Candidate) {
	for _, c := range candidates {
		o.rest().add(c)
	}
}

func (d *Detail) add(c Candidate) {
	known := func(other Candidate) bool { return other.ID == c.ID }
	if !slices.ContainsFunc(d.Candidates, known) {
		d.Candidates = append(d.Candidates, c)
	}
}

// IDText is a system ID as outputs hold it; empty for 0.
func IDText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// AsCandidate returns the record that was found, a loan or a customer, as a candidate.
func (o *Outcome) AsCandidate(ofLoan bool) Candidate {
	c := Candidate{ID: o.ID(ofLoan)}
	v := o.Verdict()
	switch {
	case !ofLoan:
		c.Name = o.Found.Value
	case v.Archived:
		c.Status = StatusText(v.LoanStatus, "archived")
	default:
		c.Status = v.LoanStatus
	}
	return c
}

// StatusText is the status of a loan as candidates show it, with what else is to be known,
// such as "archived".
func StatusText(status string, marks ...string) string {
	return strings.TrimPrefix(strings.Join(append([]string{status}, marks...), ", "), ", ")
}

// NamesCandidates reports whether the outcome holds names or places of candidates. Those
// are in outputs and reports only: AppendTo leaves them out.
func (o *Outcome) NamesCandidates() bool {
	return slices.ContainsFunc(o.Details().Candidates, func(c Candidate) bool { return c.Name != "" || c.Place != "" })
}

// CandidatesText writes candidates as outputs hold them: with names and scores
// "751 Anna Kowalski (97); 752 (85)", without scores "751;752".
func CandidatesText(list []Candidate) string {
	separator := ";"
	if slices.ContainsFunc(list, func(c Candidate) bool { return c.Score > 0 }) {
		separator = "; "
	}
	return joined(list, separator, Candidate.text)
}

// CandidatesInFull writes candidates as reports hold them, with separator in between:
// "751 Anna Kowalski, Provo, UT (97); 752 (85)" or "1179 (Paid Off); 2866 (Open)".
func CandidatesInFull(list []Candidate, separator string) string {
	return joined(list, separator, Candidate.inFull)
}

// text is a candidate as outputs hold it. The ID comes first, so that no name begins a
// cell.
func (c Candidate) text() string {
	if c.Score == 0 {
		return IDText(c.ID)
	}
	c.Place, c.Status = "", ""
	return c.inFull()
}

// inFull is a candidate with all that is known of it.
func (c Candidate) inFull() string {
	known := slices.DeleteFunc([]string{c.Name, c.Place, c.Status}, func(part string) bool { return part == "" })
	text, about := IDText(c.ID), plainName(strings.Join(known, ", "))
	switch {
	case c.Score > 0 && about != "":
		return fmt.Sprintf("%s %s (%d)", text, about, c.Score)
	case c.Score > 0:
		return fmt.Sprintf("%s (%d)", text, c.Score)
	case strings.Trim(about, "0123456789 ") != "": // a number in parentheses is a score
		return text + " (" + strings.NewReplacer("(", "[", ")", "]").Replace(about) + ")"
	}
	return text
}

// maxName is how many characters of a candidate's name are shown.
const maxName = 100

// semicolons separate candidates; the second is the full-width form.
var semicolons = strings.NewReplacer(";", ",", "\uFF1B", ",")

// plainName is OneLine for a candidate's name.
func plainName(name string) string {
	plain := OneLine(semicolons.Replace(name))
	if letters := []rune(plain); len(letters) > maxName {
		plain = strings.TrimSpace(string(letters[:maxName-1])) + "…"
	}
	return plain
}

// OneLine returns a text on one line, without characters that direct how text is shown.
func OneLine(text string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Join(strings.Fields(plain), " ")
}

func joined[T any](list []T, separator string, text func(T) string) string {
	if len(list) == 0 {
		return ""
	}
	texts := make([]string, len(list))
	for i, one := range list {
		texts[i] = text(one)
	}
	return strings.Join(texts, separator)
}

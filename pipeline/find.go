package pipeline

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Wanted says which records to find, one or a few.
type Wanted struct {
	Values []string // IDs, names, or addresses of pages, as people write them
	// By is a value of question.Flags. If it is empty, values are display IDs, or what the
	// address of a page names.
	By string
	// Evidence is what else is known of the person, if By is that of names; not columns.
	Evidence map[question.Evidence]string
	NameOnly bool   // see Input.AcceptNameOnly
	Page     string // template of the addresses of pages; empty: no addresses
	Lookup   lookup.Options
	Log      *slog.Logger
}

// Found is what was found for each value, in their order.
type Found struct {
	Results []Finding `json:"results"`
	Counts  *Summary  `json:"-"`
}

// Finding is what was found for one value. Its JSON is for programs, see
// testdata/schema/find.schema.json. IDs are texts, as in outputs.
type Finding struct {
	Asked      string            `json:"asked"`
	By         string            `json:"by"` // a value of question.Flags
	Status     match.Status      `json:"status"`
	Code       match.Code        `json:"code,omitempty"`
	Message    string            `json:"message,omitempty"`
	Hint       string            `json:"hint,omitempty"`
	Confidence match.Confidence  `json:"confidence,omitempty"`
	Reasons    string            `json:"reasons,omitempty"`
	Record     string            `json:"record,omitempty"` // loan or customer, also of candidates
	ID         string            `json:"id,omitempty"`     // system ID
	Value      string            `json:"value,omitempty"`  // the display ID, or the name of the customer
	LoanStatus string            `json:"loan_status,omitempty"`
	Archived   bool              `json:"archived,omitempty"`
	Customers  []LinkedCustomer  `json:"customers,omitempty"` // of the loan
	Page       string            `json:"page_url,omitempty"`
	Candidates []ListedCandidate `json:"candidates,omitempty"` // best first
}

// LinkedCustomer is a customer of a loan.
type LinkedCustomer struct {
	ID   string `json:"id,omitempty"` // empty if LoanPro does not send it
	Name string `json:"name,omitempty"`
	Role string `json:"role,omitempty"` // such as primary
}

// ListedCandidate is a record that may be the one that is wanted.
type ListedCandidate struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"` // of the customer, or of the loan's customer
	Place  string `json:"place,omitempty"`
	Status string `json:"status,omitempty"`
	Score  int    `json:"score,omitempty"`
	Page   string `json:"page_url,omitempty"`
}

// The kinds of records that are found.
const (
	LoanRecord     = "loan"
	CustomerRecord = "customer"
)

// fewValues are so few that to try query forms beforehand costs more than to have each
// search prove itself.
const fewValues = 50

// Find looks for what is wanted. Each value goes the way of a row: it becomes a question,
// lookup answers it, and the answer means what it means in an output. A value that
// cannot be resolved is part of the result; errors are those of Job.Run.
func Find(ctx context.Context, w Wanted) (*Found, error) {
	found := &Found{Results: make([]Finding, len(w.Values)), Counts: newSummary("", time.Now())}
	for _, kind := range question.Kinds {
		var places []int
		for i, value := range w.Values {
			if w.kindOf(value) == kind {
				places = append(places, i)
			}
		}
		if err := w.findAll(ctx, kind, places, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// kindOf returns what kind of ID a value is. The address of a page holds system IDs.
func (w *Wanted) kindOf(value string) *question.Kind {
	kind := question.DisplayIDs
	if w.By != "" {
		kind = question.KindOf(w.By)
	}
	page, ok := loanpro.ParsePageURL(value)
	switch {
	case !ok:
		return kind
	case w.By == "" && page.Loan == 0 && page.Customer != 0:
		return question.CustomerIDs
	}
	return kind.System()
}

// findAll finds the values of one kind, at these places.
func (w *Wanted) findAll(ctx context.Context, kind *question.Kind, places []int, found *Found) error {
	if len(places) == 0 {
		return nil
	}
	reader, err := w.reader(kind)
	if err != nil {
		return err
	}
	options := w.Lookup
	options.Few = len(w.Values) <= fewValues && kind.IgnoresCase == question.No
	l := lookup.New(options, kind, w.Log, func(lookup.Step) {})
	rows, asked, err := resolveFew(ctx, l, func(*lookup.Lookup) (*lookup.Batcher, error) {
		return lookup.NewBatcher(reader, len(places), func(uint64, *question.Question) *answer.Outcome { return nil }), nil
	}, w.rows(places))
	if err != nil {
		return err
	}
	for i, row := range rows {
		found.Counts.count(row.Outcome)
		found.Results[places[i]] = w.finding(kind, row, asked[row.Outcome])
	}
	return nil
}

// reader returns a reader of rows that hold a value and the evidence.
func (w *Wanted) reader(kind *question.Kind) (*question.Reader, error) {
	header := []string{kind.One}
	named := map[question.Evidence]string{}
	for _, evidence := range question.EvidenceKinds() {
		named[evidence] = "-"
		if w.Evidence[evidence] != "" {
			header = append(header, string(evidence))
			named[evidence] = question.ColumnLetter(len(header) - 1)
		}
	}
	columns, err := question.Map(header, question.Options{Kind: kind, Column: question.ColumnLetter(0), Evidence: named, HeaderGiven: true})
	if err != nil {
		return nil, err
	}
	client := w.Lookup.Client
	return question.NewReader(&columns, client.Hostname(), client.TenantID(), w.NameOnly), nil
}

// rows returns the values at some places as rows, with the evidence.
func (w *Wanted) rows(places []int) iter.Seq2[sheet.Row, error] {
	var evidence []string
	for _, kind := range question.EvidenceKinds() {
		if text := w.Evidence[kind]; text != "" {
			evidence = append(evidence, text)
		}
	}
	return func(yield func(sheet.Row, error) bool) {
		for _, place := range places {
			cells := append([]string{w.Values[place]}, evidence...)
			if !yield(sheet.Row{Line: place + 1, Cells: cells}, nil) {
				return
			}
		}
	}
}

// resolveFew resolves rows, and returns them with the questions that were asked, by their
// outcomes. As a run does, it starts over if the answers cannot be believed: begin is called
// with the lookup that is used, each time.
func resolveFew(
	ctx context.Context, l *lookup.Lookup, begin func(*lookup.Lookup) (*lookup.Batcher, error), rows iter.Seq2[sheet.Row, error],
) ([]lookup.Row, map[*answer.Outcome]*lookup.Asked, error) {
	for restarts := 0; ; {
		var resolved []lookup.Row
		var asked map[*answer.Outcome]*lookup.Asked
		batcher, err := begin(l)
		if err == nil {
			resolved, asked, err = resolveOnce(ctx, l, batcher.Batches(rows))
		}
		switch {
		case errors.Is(err, lookup.ErrDoubt) && !l.Unbatched:
			l = l.Careful()
		case lookup.Restored(err) && restarts < maxRestarts:
			restarts++
			l.Client.Forget()
			l = l.Anew()
		default:
			return resolved, asked, err
		}
	}
}

func resolveOnce(ctx context.Context, l *lookup.Lookup, batches iter.Seq2[lookup.Batch, error]) (rows []lookup.Row, asked map[*answer.Outcome]*lookup.Asked, err error) {
	asked = map[*answer.Outcome]*lookup.Asked{}
	for b, err := range l.Resolve(ctx, &loanpro.Findings{}, batches) {
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, b.Rows...)
		for _, q := range b.Questions {
			asked[q.Outcome] = q
		}
	}
	return rows, asked, nil
}

// finding returns what was found for a row. q is its question; nil: it asks nothing.
func (w *Wanted) finding(kind *question.Kind, row lookup.Row, q *lookup.Asked) Finding {
	v := row.Outcome.Verdict()
	f := Finding{
		Asked: row.Cells[0], By: kind.Flag, Status: v.Status, Code: v.Code, Confidence: v.Confidence, Reasons: answer.ReasonsInWords(v.Reasons),
		LoanStatus: v.LoanStatus, Archived: v.Archived,
	}
	ofLoans := kind.OfLoans()
	if v.Status != match.Matched {
		advice := (&answer.Row{Outcome: row.Outcome, What: kind.What, NotFound: kind.NotFound, ShowsWhy: true}).Advice()
		f.Message, f.Hint = advice.Message, withoutSheet(v.Code, advice.Hint)
	} else {
		f.Record, f.ID, f.Value = recordName(ofLoans), answer.IDText(row.Outcome.ID(ofLoans)), row.Outcome.Found.Value
		f.Page = answer.PageOf(w.page(), row.Outcome.Found.Loan, row.Outcome.Found.Customer)
		if ofLoans {
			f.Customers = linkedCustomers(q.Record())
		}
	}
	if q == nil {
		return f
	}
	for _, c := range q.Candidates() {
		f.Record = recordName(ofLoans)
		f.Candidates = append(f.Candidates, ListedCandidate{
			ID: answer.IDText(c.ID), Name: c.Name, Place: c.Place, Status: c.Status, Score: c.Score, Page: answer.PageOfCandidate(w.page(), c.ID, ofLoans),
		})
	}
	return f
}

// page returns the template of the addresses of pages of the tenant.
func (w *Wanted) page() string {
	return strings.ReplaceAll(w.Page, "{tenant}", w.Lookup.Client.TenantID())
}

func recordName(ofLoans bool) string {
	if ofLoans {
		return LoanRecord
	}
	return CustomerRecord
}

// linkedCustomers returns the customers of a loan.
func linkedCustomers(loan *loanpro.Hit) []LinkedCustomer {
	var linked []LinkedCustomer
	if loan == nil {
		return nil
	}
	for _, c := range loan.Customers {
		role := c.Role[strings.LastIndex(c.Role, ".")+1:]
		linked = append(linked, LinkedCustomer{ID: answer.IDText(c.ID), Name: c.Name, Role: role})
	}
	return linked
}

// confirmable are the codes of candidates that more evidence may confirm.
var confirmable = []match.Code{match.CodeNameOnly, match.CodeNamesakes, match.CodeUnconfirmed, match.CodeSimilar, match.CodeJoint, answer.CodeTooCommon}

// withoutSheet returns what a person can do about a code where there is no sheet. hint is
// that for a row.
func withoutSheet(code match.Code, hint string) string {
	switch {
	case slices.Contains(confirmable, code):
		return "give more evidence, such as --evidence birth=1980-01-31, email= or loan=; or look at the candidates in LoanPro"
	case code == answer.CodeUnsearchable, code == answer.CodeCaseUnknown, code == answer.CodeTooManyAlike:
		return "find the record in LoanPro; loanmap find takes the address of its page"
	case strings.Contains(hint, answer.ChooseColumn):
		return "look at the candidates in LoanPro; loanmap find takes the address of a page"
	}
	return hint
}

package pipeline

import (
	"math"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Summary is the account of a run. It holds counts and names of files and
// columns, never a value of a row.
type Summary struct {
	Version string    `json:"version"`
	Started time.Time `json:"started"`
	Seconds float64   `json:"seconds"`
	// Finished tells that the outputs are written. If not, Failure says why, and
	// the counts are of what was known by then.
	Finished bool   `json:"finished"`
	Failure  string `json:"failure,omitempty"`
	// Whole are, where the run was stopped late, the files that were complete.
	Whole []delivery.Whole `json:"whole_files,omitempty"`
	// Run stands for the run in the keys of its open rows.
	Run string `json:"run,omitempty"`
	// Shard is that of the job which the run has resolved, such as 3/16; empty: all of it.
	Shard       string                         `json:"shard,omitempty"`
	Input       Source                         `json:"input"`
	ImportReady *delivery.ImportReady          `json:"import_ready,omitempty"`
	Output      string                         `json:"output,omitempty"`
	Errors      string                         `json:"errors,omitempty"`
	By          string                         `json:"by"`
	Key         string                         `json:"key_column"`
	Prefix      string                         `json:"column_prefix,omitempty"`
	Rows        int                            `json:"rows"`
	Questions   int                            `json:"distinct_questions"`
	Resumed     int                            `json:"resumed"`
	Status      map[match.Status]int           `json:"status"`
	Code        map[match.Code]int             `json:"code"`
	Confidence  map[match.Confidence]int       `json:"confidence"`
	Archived    int                            `json:"matched_archived"`
	Evidence    map[question.Evidence][]string `json:"evidence_columns,omitempty"`
	// OutputSHA256 is the digest of the output, by which a later run knows it again;
	// empty where the output is a stream, or was not written.
	OutputSHA256 string `json:"output_sha256"`
	// MissingEvidence counts, of the ambiguous rows, those that a kind of evidence would
	// help with which LoanPro has and the row lacks.
	MissingEvidence map[string]int `json:"evidence_that_would_help,omitempty"`
	// Risks were measured on the tenant's own customers.
	Risks                    []lookup.Risk `json:"risks,omitempty"`
	Decisions                *Decisions    `json:"decisions,omitempty"`
	LoanPro                  Traffic       `json:"loanpro"`
	*delivery.Reconciliation               // nil: nothing was compared
	// Path is where the summary itself is.
	Path string `json:"-"`
}

// Decisions is what became of decisions of people in reviews, as far as rows of the input
// are about them.
type Decisions struct {
	File    string `json:"file"`
	Applied int    `json:"applied"`
	Stale   int    `json:"stale"` // a record has changed since, so the row is open again
}

// Source describes the sheet that was read.
type Source struct {
	Name   string      `json:"name"`
	Kind   sheet.Kind  `json:"kind"`
	Text   *sheet.Text `json:"text,omitempty"`
	Header int         `json:"header_row,omitempty"` // of a workbook
	Sheet  string      `json:"sheet,omitempty"`
	Size   int64       `json:"bytes"`
	SHA256 string      `json:"sha256"`
}

// Traffic is what the run cost LoanPro.
type Traffic struct {
	Host     string  `json:"host,omitempty"`
	Rate     float64 `json:"rate_per_second"`
	Batch    int     `json:"batch"`
	Requests int64   `json:"requests"`
	Retries  int64   `json:"retries"`
	Waits    int64   `json:"answers_429"`
	Sent     int64   `json:"bytes_sent"`
	Received int64   `json:"bytes_received"`
	// Tenant and Known, system IDs of some of its first records, tell the next run
	// whether the index is whole when it begins.
	Tenant string                `json:"tenant_id,omitempty"`
	Known  delivery.KnownRecords `json:"known_records,omitempty"`
	// Gaps counts answers that lacked records which exist.
	Gaps  int64             `json:"answers_with_gaps"`
	Probe *loanpro.Findings `json:"probe,omitempty"`
	lookup.Audited
	// Plans say how records were looked up; none: they were searched.
	Plans []lookup.Plan `json:"plans,omitempty"`
	// Unbatched says that batches were not believed, and each question was asked by
	// itself.
	Unbatched bool `json:"fallback_unbatched"`
	// Cost says how many requests a run takes, by what is not found; dry runs only.
	Cost lookup.Cost `json:"-"`
}

// Takes returns how long requests take at the rate, to the second.
func (t *Traffic) Takes(requests int64) time.Duration {
	return time.Duration(float64(requests) / t.Rate * float64(time.Second)).Round(time.Second)
}

func newSummary(version string, started time.Time) *Summary {
	s := &Summary{
		Version: version, Started: started.UTC(),
		Status: map[match.Status]int{}, Code: map[match.Code]int{}, Confidence: map[match.Confidence]int{}, MissingEvidence: map[string]int{},
	}
	for _, status := range match.Statuses() {
		s.Status[status] = 0
	}
	return s
}

// Clean reports whether every row is matched.
func (s *Summary) Clean() bool { return s.Rows == s.Status[match.Matched] }

// Unanswered returns how many rows failed that may be answered when the same
// command is run again: those that no search finds need a person.
func (s *Summary) Unanswered() int {
	return s.Status[match.Failed] - s.Code[answer.CodeUnsearchable] - s.Code[answer.CodeCaseUnknown]
}

// count takes note of a row.
func (s *Summary) count(o *answer.Outcome) {
	s.Rows++
	v := o.Verdict()
	s.Status[v.Status]++
	if v.Status != match.Matched {
		s.Code[v.Code]++
		for _, kind := range v.Helps.Names() {
			s.MissingEvidence[kind]++
		}
		return
	}
	s.Confidence[v.Confidence]++
	if v.Archived {
		s.Archived++
	}
}

// reconciled reports whether the rows counted are the rows read.
func (s *Summary) reconciled(read int) bool {
	sum := 0
	for _, n := range s.Status {
		sum += n
	}
	return s.Rows == read && sum == read
}

// close fills in what is known at the end.
func (s *Summary) close(now time.Time, source sheet.Source, stats loanpro.Stats) {
	s.Seconds = math.Round(now.Sub(s.Started).Seconds()*1000) / 1000
	s.Input = Source{
		Name: source.Name, Kind: source.Kind, Sheet: source.Sheet, Header: source.HeaderRow,
		Size: source.Size, SHA256: source.SHA256,
	}
	if source.Kind == sheet.CSV {
		s.Input.Text = &source.Text
	}
	s.LoanPro.Requests, s.LoanPro.Retries, s.LoanPro.Waits = stats.Requests, stats.Retries, stats.Throttled
	s.LoanPro.Sent, s.LoanPro.Received = stats.Sent, stats.Received
}

// finished returns the account of a run that has finished, and whose output has this
// digest.
func (s *Summary) finished(outputSHA256 string) any {
	s.Finished, s.OutputSHA256 = true, outputSHA256
	return s
}

// unfinished returns the account of a run that has not finished, because of failure.
func (s *Summary) unfinished(failure string, whole []delivery.Whole) any {
	account := *s
	account.Finished, account.Failure, account.Whole = false, failure, whole
	return account
}

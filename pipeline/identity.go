package pipeline

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"loanmap/io/journal"
	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
)

// decisive is all that decides which row asks what, and what an answer says: of
// the input, its columns and the options as they were resolved, not as they were
// given. Runs with an equal one ask the same questions in the same order.
type decisive struct {
	Answers int    // formVersion
	Version string // another one may read a row differently
	Digest  string // of the input
	// Host and Tenant also decide which addresses of pages are questions.
	Host, Tenant string

	Sheet     string
	HeaderRow int
	Encoding  sheet.Encoding
	Delimiter sheet.Delimiter

	By     loanpro.Key
	Key    int // column
	Whole  int // column of whole names; -1: none
	People question.EvidenceColumns
	Prefix string
	Mark   int // column; rows that it marks as damaged ask nothing
	Choose int // column; it goes before the key
	// Decisions is where decisions of people come from that go before the key, too.
	Decisions string
	// Columns of the report that a choice is compared with; -1: none.
	Candidates, Code int

	AcceptNameOnly bool
	VerifyMissing  bool
}

// decisive returns what decides the questions of a run whose input is open.
func (r *run) decisive() decisive {
	source := r.reader.Source()
	d := decisive{
		Answers: answer.FormVersion, Version: r.Version, Digest: r.digest, Host: r.Lookup.Client.Host(), Tenant: r.Lookup.Client.TenantID(),
		Sheet: source.Sheet, HeaderRow: source.HeaderRow, Encoding: source.Text.Encoding, Delimiter: source.Text.Delimiter,
		By: r.columns.Kind.Key, Key: r.columns.Key, Whole: -1, Prefix: r.columns.Prefix, Mark: r.columns.Mark, Choose: r.columns.Choose,
		AcceptNameOnly: r.Input.AcceptNameOnly, VerifyMissing: r.Lookup.VerifyMissing,
	}
	if r.previous != nil && r.previous.decisions != nil {
		d.Decisions = r.previous.decisions.source
	}
	d.Candidates, d.Code = r.columns.Candidates, r.columns.Code
	if people := r.columns.People; people != nil {
		d.Whole, d.People = people.Whole, people.Evidence
	}
	return d
}

// identity is equal for runs of which one can resume from the other's answers.
func (r *run) identity() (journal.Identity, error) {
	text, err := json.Marshal(r.decisive())
	if err != nil {
		return journal.Identity{}, fmt.Errorf("identifying the run: %w", err)
	}
	return sha256.Sum256(text), nil
}

// begin opens the input, and takes its digest: what is read of it must have that. A
// dry run reads once, and uses no answers.
func (r *run) begin(started time.Time) (err error) {
	if err := r.open(started); err != nil || r.DryRun {
		return err
	}
	if r.digest, err = inputDigest(r.Input.Path); err != nil {
		r.reader.Close()
	}
	return err
}

// inputDigest returns the digest of the input, and "" if the input is not a
// regular file: that can be read only once.
func inputDigest(path string) (string, error) {
	is, err := os.Stat(path)
	if path == "-" || err != nil || !is.Mode().IsRegular() {
		return "", nil //nolint:nilerr // opening the input says what is wrong with it
	}
	return sheet.Digest(path)
}

// reopen opens the input once more, if it has not changed since the run began.
func (r *run) reopen() error {
	if err := r.checkInput(); err != nil {
		return err
	}
	r.reader.Close()
	return r.open(r.summary.Started)
}

// checkInput refuses an input that is not what it was when the run began: its
// columns may have moved.
func (r *run) checkInput() error {
	digest, err := inputDigest(r.Input.Path)
	if err == nil && digest != r.digest {
		return &changedError{r.Input.Path}
	}
	return err
}

// checkRead refuses rows that were not read from the input of which the run has
// the digest. The rows of source have been read to their end.
func (r *run) checkRead(source sheet.Source) error {
	if r.digest != "" && source.SHA256 != r.digest {
		return &changedError{source.Name}
	}
	return nil
}

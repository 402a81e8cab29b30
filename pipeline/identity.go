package pipeline

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"loanmap/io/journal"
	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// decisive is all that decides which row asks what, and what an answer says: the
// input, its columns and the options as they were resolved, not as they were
// given. Runs with an equal one ask the same questions in the same order.
type decisive struct {
	Answers int    // answer.FormVersion
	Version string // another one may read a row differently
	Digest  string // of the input
	// Host and Tenant also decide which addresses of pages are questions.
	Host, Tenant string

	Sheet     string
	HeaderRow int
	NoHeader  bool
	Encoding  sheet.Encoding
	Delimiter sheet.Delimiter

	By     loanpro.Key
	Key    int // column
	Whole  int // column of whole names; -1: none
	People question.EvidenceColumns
	Prefix string
	Mark   int // column; rows that it marks as damaged ask nothing
	Choose int // column; it comes before the key
	// Decisions is where decisions of people come from, which come before the key, too.
	Decisions string
	Reviewed  string // the digest of a file of decisions
	// Columns of the report that a choice is compared with; -1: none.
	Candidates, Code int

	AcceptNameOnly bool
	VerifyMissing  bool
	Plan           lookup.Access
	MaxRisk        lookup.Chance

	Shard string `json:",omitempty"`
}

// decisive returns what decides the questions of a run.
func (p *pass) decisive() decisive {
	source, c := p.in.Reader.Source(), &p.in.Columns
	d := decisive{
		Answers: answer.FormVersion, Version: p.Version, Digest: p.digest, Host: p.tenantHost, Tenant: p.tenantID,
		Sheet: source.Sheet, HeaderRow: source.HeaderRow, NoHeader: p.Input.NoHeader, Encoding: source.Text.Encoding, Delimiter: source.Text.Delimiter,
		By: c.Kind.Key, Key: c.Key, Whole: -1, Prefix: c.Prefix, Mark: c.Mark, Choose: c.Choose, Candidates: c.Candidates, Code: c.Code,
		AcceptNameOnly: p.Input.AcceptNameOnly, VerifyMissing: p.Lookup.VerifyMissing,
		Plan: p.Lookup.Plan, MaxRisk: p.Lookup.MaxRisk, Shard: p.Lookup.Shard.String(),
	}
	d.Decisions = p.previous.DecisionsSource()
	if p.decisions != nil {
		d.Reviewed = p.decisions.Digest()
	}
	if c.People != nil {
		d.Whole, d.People = c.People.Whole, c.People.Evidence
	}
	return d
}

// identity is equal for runs of which one can resume from the other's answers.
func (p *pass) identity() (journal.Identity, error) {
	text, err := json.Marshal(p.decisive())
	if err != nil {
		return journal.Identity{}, fmt.Errorf("identifying the run: %w", err)
	}
	return sha256.Sum256(text), nil
}

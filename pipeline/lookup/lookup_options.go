package lookup

import (
	"loanmap/io/loanpro"
	"loanmap/pipeline/question"
)

// Options says how questions are asked.
type Options struct {
	Client  *loanpro.Client // nil in a dry run
	Batch   int             // the most questions per search; the tenant may prove to take fewer
	Workers int             // searches in flight at once
	Rate    float64         // requests per second, for the account of the run; Client keeps to it
	Plan    Access          // how records are looked up
	// MaxRisk is the largest risk, see Risk, of a tier that is enough for a match; 0: none
	// is.
	MaxRisk Chance
	// VerifyMissing asks the tenant's database, if it answers, for what no search finds.
	VerifyMissing bool
	// Shard is the part of a job that is looked up. Audits ask their share of what the
	// whole job asks again: what one shard finds to be wrong counts for all.
	Shard question.Shard
	// Few says that there are few questions, and that upper and lower case matters in what
	// they ask for. No query form is tried before: each search proves itself, see
	// [loanpro.Client.ProbeFew], and answers are audited by one more search. If a search
	// does not prove itself, Resolve ends with ErrDoubt.
	Few bool
}

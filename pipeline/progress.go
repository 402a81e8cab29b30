package pipeline

import (
	"sync"
	"time"

	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
)

// Phase is what a run is doing.
type Phase string

// The phases of a run. Audits begin while other rows are still asked for: Misses and
// Audited of [Progress] count them in either phase.
const (
	Reading   Phase = "reading"      // a file, before anything is asked
	Probing   Phase = "probing"      // what the tenant's search understands
	Scanning  Phase = "scanning"     // all records, to answer rows from memory
	Asking    Phase = "asking"       // for rows
	Auditing  Phase = "auditing"     // and nothing else: every row has its first answer
	Waiting   Phase = "waiting"      // to ask again for what was not found
	Repeating Phase = "asking again" // for what was not found
	Writing   Phase = "writing"      // rows whose answers are final, and the files
)

// Progress says how far a run has come.
type Progress struct {
	Phase Phase
	File  string    // that is read or was read last, as the job names it
	Until time.Time // when Waiting ends

	Rows  int // that have their first answer, or ask nothing; in a dry run those read
	Total int // rows expected, never below Rows; 0: not known. It may grow
	// Asked counts Rows without those of batches in which everything was known or there
	// was nothing to ask, and without answers of an earlier run. Their speed is the
	// speed of the run.
	Asked int
	// Status counts the rows that are settled. The other ones among Rows wait for their
	// audit.
	Status map[match.Status]int

	Misses, Audited   int // misses that audits under way ask again, and how many they have asked
	ToScan, Scanned   int // records that a scan under way reads, and how many it has read
	Repeats, Repeated int // questions that are asked again in Repeating, and how many have been
	probes            int // under way
	exhausted         bool
}

// progress keeps and reports the Progress of a run. Workers change it, too.
type progress struct {
	report func(Progress) // nil: not wanted

	mu  sync.Mutex
	now Progress
}

// change changes the progress and reports it. Nothing else does.
func (p *progress) change(with func(*Progress)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	with(&p.now)
	if p.now.Total > 0 {
		p.now.Total = max(p.now.Total, p.now.Rows)
	}
	if p.report != nil {
		p.report(p.now.shown())
	}
}

// shown derives the phase where that follows from counts.
func (p Progress) shown() Progress {
	switch {
	case p.Phase != Asking:
	case p.probes > 0:
		p.Phase = Probing
	case p.ToScan > 0:
		p.Phase = Scanning
	case p.exhausted && p.Rows == p.Total:
		p.Phase = Auditing
	}
	return p
}

// begin begins the progress of a pass over the input.
func (p *progress) begin(file string) {
	p.change(func(now *Progress) { *now = Progress{Phase: Reading, File: file} })
}

// read says that a file is read.
func (p *progress) read(file string) {
	p.change(func(now *Progress) { now.Phase, now.File = Reading, file })
}

// enter says that a phase begins.
func (p *progress) enter(phase Phase) {
	p.change(func(now *Progress) { now.Phase = phase })
}

// add adds what a lookup has done.
func (p *progress) add(s lookup.Step) {
	p.change(func(now *Progress) {
		now.Rows += s.Rows
		now.Asked += s.Asked
		now.Misses += s.Misses
		now.Audited += s.Audited
		now.probes += s.Probes
		if now.ToScan += s.ToScan; now.ToScan == 0 {
			now.Scanned = 0
		}
		now.Scanned += s.Scanned
	})
}

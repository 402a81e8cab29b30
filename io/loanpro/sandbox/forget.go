package sandbox

import (
	"cmp"
	"time"

	"loanmap/io/loanpro/sandbox/engine"
)

// The values of Faults.ForgetSearches. "" means both.
const (
	searchesLoans     = "loans"
	searchesCustomers = "customers"
)

// The values of Faults.Admit: where and how a partial answer says that it is
// partial. "" means that it does not. Both fields are OpenSearch's. That LoanPro
// passes any of them on is assumed.
const (
	admitTimedOut = "timed-out" // timed_out: true, at the root
	admitShards   = "shards"    // _shards with one failed of five, at the root
	admitSummary  = "summary"   // both inside d.summary, if there is one
	admitD        = "d"         // both inside d
)

func (f *Faults) checkForgetting() error {
	return cmp.Or(
		isShare("forget", f.Forget), notNegative("forget from", f.ForgetFrom),
		notNegative("forget requests", f.ForgetRequests), notNegative("forget for", f.ForgetFor),
		emptyOrOneOf("forget searches of", f.ForgetSearches, searchesLoans, searchesCustomers),
		isShare("partial", f.Partial), isShare("partial loses", f.PartialLoses),
		emptyOrOneOf("admit", f.Admit, admitTimedOut, admitShards, admitSummary, admitD),
	)
}

// forgetting returns when a part of the index is missing.
func (f *Faults) forgetting() span {
	if f.Forget == 0 {
		return span{}
	}
	return span{f.ForgetFrom, f.ForgetRequests, f.ForgetFor}
}

// forget removes the hits that the index lacks at the moment. partial is true
// when it lacks a part, even if no hit is lost.
func (s *Sandbox) forget(v *visit, in *collection, all engine.Hits) (left engine.Hits, partial bool) {
	f := &s.options.Faults
	if s.forgets(v, in) {
		s.meter.struck(faultForget)
		partial = true
		all = all.Keep(func(doc int32) bool {
			return drawn(f.Seed, in.id(doc), forgetDraw) >= f.Forget
		})
	}
	if f.Partial > 0 && drawn(f.Seed, v.number, partialDraw) < f.Partial {
		s.meter.struck(faultPartial)
		partial = true
		all = all.Keep(func(doc int32) bool {
			return drawn(f.Seed, v.number, loseDraw+uint64(in.id(doc))) >= f.PartialLoses
		})
	}
	return all, partial
}

// forgets reports whether a part of the index is missing for a search.
func (s *Sandbox) forgets(v *visit, in *collection) bool {
	f := &s.options.Faults
	if f.ForgetSearches != "" && f.ForgetSearches != in.name {
		return false
	}
	return s.indexOutage.strikes(f.forgetting(), v.number, time.Now())
}

// partialMarks say in an answer that it is partial.
type partialMarks struct {
	TimedOut bool    `json:"timed_out,omitempty"`
	Shards   *shards `json:"_shards,omitempty"`
}

// shards counts the parts of the index.
type shards struct {
	Total      int `json:"total"`
	Successful int `json:"successful"`
	Failed     int `json:"failed"`
}

// admit marks a partial answer.
func (f *Faults) admit(answer *found) {
	failed := &shards{Total: 5, Successful: 4, Failed: 1}
	switch f.Admit {
	case admitTimedOut:
		answer.TimedOut = true
	case admitShards:
		answer.Shards = failed
	case admitD:
		answer.D.partialMarks = partialMarks{true, failed}
	case admitSummary:
		if answer.D.Summary != nil {
			answer.D.Summary.partialMarks = partialMarks{true, failed}
		}
	}
}

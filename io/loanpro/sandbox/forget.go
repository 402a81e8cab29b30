package sandbox

import (
	"cmp"
	"time"
)

// What Faults.ForgetSearches takes. "" means both.
const (
	SearchesLoans     = "loans"
	SearchesCustomers = "customers"
)

// What Faults.Admit takes: where a partial answer admits it, and how. "" means
// that it does not. Both fields are OpenSearch's; that LoanPro passes any of
// them on is assumed.
const (
	AdmitTimedOut = "timed-out" // timed_out: true, at the root
	AdmitShards   = "shards"    // _shards with one failed of five, at the root
	AdmitSummary  = "summary"   // both inside d.summary, where there is one
	AdmitD        = "d"         // both inside d
)

func (f *Faults) checkForgetting() error {
	return cmp.Or(
		isShare("forget", f.Forget), notNegative("forget from", f.ForgetFrom),
		notNegative("forget requests", f.ForgetRequests), notNegative("forget for", f.ForgetFor),
		noneOrOneOf("forget searches of", f.ForgetSearches, SearchesLoans, SearchesCustomers),
		isShare("partial", f.Partial), isShare("partial loses", f.PartialLoses),
		noneOrOneOf("admit", f.Admit, AdmitTimedOut, AdmitShards, AdmitSummary, AdmitD),
	)
}

// forgetting returns when the index forgets.
func (f *Faults) forgetting() span {
	if f.Forget == 0 {
		return span{}
	}
	return span{f.ForgetFrom, f.ForgetRequests, f.ForgetFor}
}

// recall takes out of what was found what the index has lost for now. partial
// is true when the index is not whole, even if no hit is lost.
func (s *Sandbox) recall(v *visit, in *collection, all hits) (left hits, partial bool) {
	f := &s.options.Faults
	if s.forgets(v, in) {
		s.meter.struck(faultForget)
		partial = true
		all = all.keep(func(doc int32, _ float32) bool {
			return drawn(f.Seed, in.id(doc), forgetDraw) >= f.Forget
		})
	}
	if f.Partial > 0 && drawn(f.Seed, v.number, partialDraw) < f.Partial {
		s.meter.struck(faultPartial)
		partial = true
		all = all.keep(func(doc int32, _ float32) bool {
			return drawn(f.Seed, v.number, loseDraw+uint64(in.id(doc))) >= f.PartialLoses
		})
	}
	return all, partial
}

// forgets reports whether a search falls into the time when the index forgets.
func (s *Sandbox) forgets(v *visit, in *collection) bool {
	f := &s.options.Faults
	if f.ForgetSearches != "" && f.ForgetSearches != in.name {
		return false
	}
	return s.forgotten.strikes(f.forgetting(), v.number, time.Now())
}

// admission is what an answer says of being partial.
type admission struct {
	TimedOut bool    `json:"timed_out,omitempty"`
	Shards   *shards `json:"_shards,omitempty"`
}

// shards counts the parts of the index that were asked.
type shards struct {
	Total      int `json:"total"`
	Successful int `json:"successful"`
	Failed     int `json:"failed"`
}

// admit has a partial answer say that it is one.
func (f *Faults) admit(answer *found) {
	failed := &shards{Total: 5, Successful: 4, Failed: 1}
	switch f.Admit {
	case AdmitTimedOut:
		answer.TimedOut = true
	case AdmitShards:
		answer.Shards = failed
	case AdmitD:
		answer.D.admission = admission{true, failed}
	case AdmitSummary:
		if answer.D.Summary != nil {
			answer.D.Summary.admission = admission{true, failed}
		}
	}
}

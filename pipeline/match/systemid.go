package match

import "slices"

// SystemID takes a system ID and the records that a complete search brought up,
// each once. It returns whether one of them has it and is live. customer is the
// system ID of a customer that is said to be one of the loan's, or 0; wanted
// says that the customer is what is looked for, and the loan only vouches for
// it. The reasons do not say where the IDs came from.
func SystemID(id, customer int64, wanted bool, records []Record) Verdict {
	i := slices.IndexFunc(records, func(r Record) bool { return r.ID == id })
	switch {
	case i < 0:
		return Verdict{Status: NotFound, Code: CodeNotFound}
	case !records[i].live():
		return Verdict{Status: NotFound, Code: CodeDeleted, Reasons: "by: +system_id -deleted", Candidates: []int{i}}
	case customer == 0:
		return Verdict{Status: Matched, Confidence: Exact, Reasons: "by: +system_id", Candidates: []int{i}}
	}
	return withCustomer(records[i].Customers, customer, wanted, i)
}

// withCustomer judges a live loan by whether customer is one of its own.
func withCustomer(known []int64, customer int64, wanted bool, candidate int) Verdict {
	v := Verdict{Candidates: []int{candidate}}
	switch {
	case slices.Contains(known, customer):
		v.Status, v.Confidence, v.Reasons = Matched, Exact, "by: +system_id +customer"
	case len(known) > 0:
		v.Status, v.Code, v.Reasons = Ambiguous, CodeOtherCustomer, "by: +system_id -customer"
	case wanted:
		v.Status, v.Code, v.Reasons = Ambiguous, CodeUnknownCustomer, "by: +system_id"
	default: // nothing to compare with
		v.Status, v.Confidence, v.Reasons = Matched, Exact, "by: +system_id"
	}
	return v
}

package match

import "slices"

// SystemID takes a system ID and the records that a complete search returned, each
// once. The question matches the record with that ID if it is live.
//
// customer is the system ID of a customer that the row names together with a loan, or
// 0. wanted says that the row asks for the customer, and the loan only confirms it. The
// reasons do not say where the IDs came from.
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

// withCustomer decides on a live loan by whether customer is one of its own.
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
